// Names are equal if their code points are (EXPRESSIONS.md §2). The synthesized equality would use
// `String ==`, which is canonical equivalence, and make two properties one.

extension FieldReference {
    package static func == (left: FieldReference, right: FieldReference) -> Bool {
        switch (left, right) {
        case (.attribute(let left), .attribute(let right)): left == right
        case (.property(let left), .property(let right)),
            (.headerCount(let left), .headerCount(let right)):
            ExactText(left) == ExactText(right)
        case (.header(let left, let leftIndex), .header(let right, let rightIndex)):
            leftIndex == rightIndex && ExactText(left) == ExactText(right)
        case (.payload(let left), .payload(let right)): left == right
        case (.csv(let left), .csv(let right)), (.column(let left), .column(let right)):
            left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .attribute(let attribute): hasher.combine(attribute)
        case .property(let name): hasher.combine(ExactText(name))
        case .header(let name, let index):
            hasher.combine(ExactText(name))
            hasher.combine(index)
        case .headerCount(let name):
            hasher.combine(0x68)
            hasher.combine(ExactText(name))
        case .payload(let path): hasher.combine(path)
        case .csv(let index): hasher.combine(index)
        case .column(let index): hasher.combine(~index)
        }
    }
}

extension JSONPath.Step {
    package static func == (left: JSONPath.Step, right: JSONPath.Step) -> Bool {
        switch (left, right) {
        case (.member(let left), .member(let right)): ExactText(left) == ExactText(right)
        case (.element(let left), .element(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .member(let name): hasher.combine(ExactText(name))
        case .element(let index): hasher.combine(index)
        }
    }
}
