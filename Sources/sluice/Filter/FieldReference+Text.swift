import Expressions

extension FieldReference {
    /// The field as an expression names it in every row shape.
    var text: String {
        switch self {
        case .attribute(let attribute): "msg.\(attribute.rawValue)"
        case .property(let name): "prop.\(name)"
        case .header(let name, let index): "HEADER('\(name)', \(index))"
        case .headerCount(let name): "HEADER_COUNT('\(name)')"
        case .payload(let path): "payload" + path.steps.map(Self.text).joined()
        case .csv(let index): "column \(index + 1)"
        case .column(let index): "column \(index + 1)"
        }
    }

    private static func text(_ step: JSONPath.Step) -> String {
        switch step {
        case .member(let name): ".\(name)"
        case .element(let index): "[\(index)]"
        }
    }

    /// The top-level member of the payload that is read, if it is one.
    var payloadMember: String? {
        guard case .payload(let path) = self, case .member(let name) = path.steps.first else {
            return nil
        }
        return name
    }
}
