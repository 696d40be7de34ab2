import Expressions

/// What the names of a SELECT mean: strips the alias of the FROM clause, checks names against the
/// declared columns, and casts those to their declared types.
struct ColumnScope {
    private let alias: String?
    private let columns: [StreamDefinition.Column]
    /// Whether an empty field is no value: CSV has no other way to write none.
    private let emptyIsNull: Bool

    init(alias: String?, columns: [StreamDefinition.Column], emptyIsNull: Bool) {
        self.alias = alias
        self.columns = columns
        self.emptyIsNull = emptyIsNull
    }

    /// The expression with every name resolved as far as the declaration knows it.
    func resolve(_ syntax: Syntax) throws(SQLError) -> Syntax {
        guard alias != nil || !columns.isEmpty else { return syntax }
        var problem: SQLError?
        let resolved = syntax.replacing { node in
            guard problem == nil, case .name(let name) = node.form else { return nil }
            do throws(SQLError) {
                return try resolve(unqualified(name), at: node.position)
            } catch {
                problem = error
                return node
            }
        }
        if let problem { throw problem }
        return resolved
    }

    private func unqualified(_ name: Syntax.QualifiedName) -> Syntax.QualifiedName {
        guard let alias, name.first == ExactText(alias), let step = name.steps.first,
            case .dotted(let column) = step.kind
        else { return name }
        return Syntax.QualifiedName(
            first: column, isQuoted: name.isQuoted, steps: Array(name.steps.dropFirst()))
    }

    private func resolve(
        _ name: Syntax.QualifiedName, at position: Int
    ) throws(SQLError) -> Syntax {
        let syntax = Syntax(.name(name), at: position)
        guard !columns.isEmpty, !Self.isSpecial(name), ResultColumns.windowColumn(name) == nil
        else { return syntax }
        guard let column = columns.first(where: { ExactText($0.name) == name.first }) else {
            throw SQLError(
                .name, at: position, "the stream declares no column \(name.first)",
                suggestion: NearestName.find(name.first.string, in: columns.map(\.name)))
        }
        // A path into a declared JSON column is not of the column's type.
        guard name.steps.isEmpty, column.typeName != "JSON" else { return syntax }
        return try cast(syntax, to: column)
    }

    /// `msg.key`, `payload.a` and `prop.p` are no columns.
    private static func isSpecial(_ name: Syntax.QualifiedName) -> Bool {
        !name.isQuoted && !name.steps.isEmpty
            && ["msg", "payload", "prop"].contains { ExactText($0) == name.first }
    }

    private static let textTypes = ["STRING", "VARCHAR", "TEXT", "CHAR"]

    private func cast(
        _ syntax: Syntax, to column: StreamDefinition.Column
    ) throws(SQLError) -> Syntax {
        do throws(ExpressionError) {
            let isText = Self.textTypes.contains(column.typeName)
            let value = emptyIsNull && !isText ? "NULLIF(x, '')" : "x"
            let cast = try ExpressionParser.parse("CAST(\(value) AS \(column.typeName))")
            return cast?.replacing { node in
                if case .name = node.form { return syntax }
                return nil
            } ?? syntax
        } catch {
            throw SQLError(.type, at: column.position, error.message)
        }
    }
}
