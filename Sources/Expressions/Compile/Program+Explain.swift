extension Program {
    /// The program's listing: what bare names mean, the fields in the order in which they are
    /// loaded together, the steps, the roots, and the order in which terms are tested.
    package func explain() -> String {
        var lines = [
            "dialect: \(options.dialect.rawValue)", "row shape: \(options.shape.name)",
            "clock: \(isVolatile ? "reads NOW()" : "not read")",
        ]
        for (index, group) in fieldGroups.enumerated() {
            let names = group.fields.map(\.description).joined(separator: ", ")
            lines.append("load \(index): \(group.kind): \(names)")
        }
        let isUsed = reachable()
        for index in nodes.indices where isUsed[index] { lines.append(line(index)) }
        for (index, root) in roots.enumerated() {
            let kind = root.isCondition ? "condition" : "value"
            lines.append("root \(index): \(kind) %\(root.node): \(root.syntax)")
        }
        for warning in warnings { lines.append("warning: byte \(warning.at): \(warning.message)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func reachable() -> [Bool] {
        var isUsed = [Bool](repeating: false, count: nodes.count)
        for root in roots { isUsed[root.node] = true }
        for index in nodes.indices.reversed() where isUsed[index] {
            for operand in nodes[index].operands { isUsed[Int(operand)] = true }
        }
        return isUsed
    }

    private func line(_ index: Int) -> String {
        let node = nodes[index]
        var text = "%\(index) = \(node.operation)"
        if let detail = detail(node) { text += " \(detail)" }
        if !node.operands.isEmpty {
            text += " " + node.operands.map { "%\($0)" }.joined(separator: " ")
        }
        var notes: [String] = []
        if case .known(let type) = node.type { notes.append(type.name) }
        if memos[index] >= 0 { notes.append("shared") }
        if node.canRaise { notes.append("may fail") }
        notes.append("cost \(node.cost)")
        return text + "  -- " + notes.joined(separator: ", ")
    }

    private func detail(_ node: Node) -> String? {
        let index = Int(node.immediate)
        switch node.operation {
        case .constant: return describe(tables.constants[index])
        case .field: return fields[index].description
        case .inSet:
            let set = tables.sets[index]
            return "{\(set.elements.count) \(set.isText ? "texts" : "numbers")"
                + (set.hasNull ? " and NULL}" : "}")
        case .like: return "\(tables.likes[index].shape)"
        case .regex, .regexExtract: return Syntax.quote(tables.regexTexts[index].string, "/")
        case .cast:
            return ValueType.allCases[index / 2].name + (index & 1 == 1 ? " or NULL" : "")
        case .function: return ScalarFunction(rawValue: node.immediate).map { "\($0)" }
        case .jsonValue, .jsonPath, .jsonExists, .jsonLength:
            return "$" + tables.paths[index].description
        default: return nil
        }
    }

    private func describe(_ cell: Cell) -> String {
        switch cell.kind {
        case .null, .error: return "NULL"
        case .int: return String(cell.bits)
        case .double: return "\(cell.doubleValue)"
        case .bool: return cell.bits != 0 ? "TRUE" : "FALSE"
        case .timestamp, .duration: return "\(cell.bits) ms"
        case .string, .bytes, .json:
            let bytes = tables.text[Int(cell.bits)..<Int(cell.bits) + Int(cell.count)]
            return Syntax.quote(String(decoding: bytes, as: UTF8.self), "'")
        }
    }
}

extension JSONPath: CustomStringConvertible {
    /// The steps, as they follow `payload` or `$`.
    package var description: String {
        steps.map {
            switch $0 {
            case .member(let name):
                Syntax.plainName(name).map { ".\($0)" } ?? "[\(Syntax.quote(name, "'"))]"
            case .element(let index): "[\(index)]"
            }
        }.joined()
    }
}

extension FieldReference: CustomStringConvertible {
    /// The field as an expression names it in every row shape.
    package var description: String {
        switch self {
        case .attribute(let attribute): "msg.\(attribute.rawValue)"
        case .property(let name): "prop.\(Syntax.plainName(name) ?? Syntax.quote(name, "\""))"
        case .header(let name, let index): "HEADER(\(Syntax.quote(name, "'")), \(index))"
        case .headerCount(let name): "HEADER_COUNT(\(Syntax.quote(name, "'")))"
        case .payload(let path): "payload\(path)"
        case .csv(let index): "csv column \(index + 1)"
        case .column(let index): "column \(index)"
        }
    }
}
