/// What a name means: EXPRESSIONS.md §2, §13 and §14.
extension ProgramBuilder {
    /// `rocketmq` and `jms` see properties whatever the topic's format (§14).
    private var shape: RowShape { dialect == .sluice ? options.shape : .properties }

    mutating func resolve(
        _ name: Syntax.QualifiedName, at position: Int
    ) throws(ExpressionError) -> Int32 {
        let steps = name.steps[...]
        if case .columns(let columns) = shape,
            let node = try column(name, columns, at: position)
        {
            return node
        }
        if !name.isQuoted, let first = steps.first {
            switch name.first.string {
            case "msg":
                if case .dotted(let attribute) = first.kind {
                    return try messageAttribute(attribute, steps.dropFirst(), at: first.position)
                }
            case "prop":
                if case .dotted(let property) = first.kind {
                    return field(.property(try joined(property, steps.dropFirst())))
                }
            case "payload": return try payload(steps)
            default: break
            }
        }
        if !name.isQuoted, steps.isEmpty, dialect == .sluice, !isDeclared(name.first),
            let attribute = RecordAttribute(exactly: name.first)
        {
            return self.attribute(attribute)
        }
        return try bare(name, at: position)
    }

    private mutating func bare(
        _ name: Syntax.QualifiedName, at position: Int
    ) throws(ExpressionError) -> Int32 {
        switch shape {
        case .properties:
            let property = try joined(name.first, name.steps[...])
            if !name.isQuoted, name.steps.isEmpty, let node = alias(property) { return node }
            return field(.property(property))
        case .json:
            let first = Syntax.Step(.dotted(name.first), at: position)
            return try path([first] + name.steps)
        case .csv(let columns):
            return try csv(joined(name.first, name.steps[...]), columns, at: position)
        case .columns(let columns):
            throw unknownColumn(name.first.string, columns.map(\.name), at: position)
        }
    }

    /// `TAGS` and `KEYS`: the property, or the attribute if there is none of that name.
    private mutating func alias(_ name: String) -> Int32? {
        let attribute: RecordAttribute
        switch name {
        case "TAGS": attribute = .tag
        case "KEYS": attribute = .key
        default: return nil
        }
        let count = field(.headerCount(name), type: .known(.int))
        let zero = constant(.int(0), type: .known(.int))
        let isAbsent = emit(.equal, [count, zero])
        return emit(
            .conditional, [isAbsent, self.attribute(attribute), field(.property(name))],
            type: .dynamic)
    }

    // MARK: Attributes and the payload

    private mutating func attribute(_ attribute: RecordAttribute) -> Int32 {
        let type: StaticType =
            switch attribute {
            case .tag, .key, .topic: .known(.string)
            case .partition, .offset: .known(.int)
            case .timestamp: .known(.timestamp)
            case .payload: .dynamic
            }
        return field(.attribute(attribute), type: type)
    }

    /// `msg.` and what follows.
    private mutating func messageAttribute(
        _ name: ExactText, _ steps: ArraySlice<Syntax.Step>, at position: Int
    ) throws(ExpressionError) -> Int32 {
        guard let attribute = RecordAttribute(exactly: name) else {
            let names = RecordAttribute.allCases.map(\.rawValue)
            throw ExpressionError(
                .name, at: position,
                "msg has no \(name); it has \(names.joined(separator: ", "))",
                suggestion: NearestName.find(name.string, in: names))
        }
        if attribute == .payload { return try payload(steps) }
        if let next = steps.first {
            if case .dotted = next.kind {
                throw ExpressionError(
                    .name, at: next.position, "msg.\(name) is a single value without members")
            }
            throw ExpressionError(
                .syntax, at: next.position, "msg.\(name) is a single value without elements")
        }
        return self.attribute(attribute)
    }

    private mutating func payload(
        _ steps: ArraySlice<Syntax.Step>
    ) throws(ExpressionError) -> Int32 {
        guard let first = steps.first else { return attribute(.payload) }
        if case .csv(let columns) = shape {
            guard case .dotted(let name) = first.kind else {
                throw ExpressionError(.syntax, at: first.position, "a CSV payload has no elements")
            }
            return try csv(joined(name, steps.dropFirst()), columns, at: first.position)
        }
        return try path(Array(steps))
    }

    /// A path into the JSON payload.
    private mutating func path(_ steps: [Syntax.Step]) throws(ExpressionError) -> Int32 {
        field(.payload(try jsonPath(steps)))
    }

    private func jsonPath(_ steps: [Syntax.Step]) throws(ExpressionError) -> JSONPath {
        guard steps.count <= JSONPath.stepCountMax else {
            throw ExpressionError(
                .limit, at: steps[JSONPath.stepCountMax].position,
                "a path has at most \(JSONPath.stepCountMax) steps")
        }
        return JSONPath(
            steps.map {
                switch $0.kind {
                case .dotted(let name), .key(let name): .member(name.string)
                case .element(let index): .element(index)
                }
            })
    }

    /// A dotted name as one: `a.b.c` is the property `a.b.c`.
    private func joined(
        _ first: ExactText, _ steps: ArraySlice<Syntax.Step>
    ) throws(ExpressionError) -> String {
        var name = first.string
        for step in steps {
            guard case .dotted(let part) = step.kind else {
                throw ExpressionError(
                    .syntax, at: step.position, "only a JSON value has elements; \(name) is none")
            }
            name += "." + part.string
        }
        return name
    }

    // MARK: Columns

    /// Whether the shape declares the name, so that it hides the attribute.
    private func isDeclared(_ name: ExactText) -> Bool {
        switch shape {
        case .properties, .json: false
        case .csv(let columns): columns.contains { ExactText($0) == name }
        case .columns: true
        }
    }

    private mutating func csv(
        _ name: String, _ columns: [String], at position: Int
    ) throws(ExpressionError) -> Int32 {
        // As in JSON, the last of two columns of one name counts.
        guard let index = columns.lastIndex(where: { ExactText($0) == ExactText(name) }) else {
            throw unknownColumn(name, columns, at: position)
        }
        return field(.csv(index))
    }

    /// A column of intermediate rows: the whole dotted name, or the first segment and a JSON path.
    private mutating func column(
        _ name: Syntax.QualifiedName, _ columns: [RowShape.Column], at position: Int
    ) throws(ExpressionError) -> Int32? {
        let whole = try? joined(name.first, name.steps[...])
        for candidate in [whole, name.first.string] {
            guard let candidate else { continue }
            guard
                let index = columns.lastIndex(where: {
                    ExactText($0.name) == ExactText(candidate)
                })
            else { continue }
            let type: StaticType = columns[index].type.map { .known($0) } ?? .dynamic
            let node = field(.column(index), type: type)
            if ExactText(candidate) == whole.map({ ExactText($0) }) { return node }
            let path = pathIndex(try jsonPath(name.steps))
            return emit(.jsonPath, [node], immediate: Int64(path), type: .dynamic, cost: 40)
        }
        return nil
    }

    private func unknownColumn(
        _ name: String, _ columns: [String], at position: Int
    ) -> ExpressionError {
        ExpressionError(
            .name, at: position, "there is no column \(name)",
            suggestion: NearestName.find(name, in: columns))
    }

    /// The index of a path in the program's tables.
    mutating func pathIndex(_ path: JSONPath) -> Int {
        literalIndex(.path(path)) { tables in
            tables.paths.append(path)
            return tables.paths.count - 1
        }
    }
}

extension RecordAttribute {
    /// The attribute of that name; names are compared by code points, in lower case.
    init?(exactly name: ExactText) {
        guard name.string.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(rawValue: name.string)
    }
}
