import Expressions

/// The names that a SELECT list gives to its items, for GROUP BY and HAVING.
struct SelectAliases {
    private let items: [SelectStatement.Item]

    init(_ items: [SelectStatement.Item]) { self.items = items }

    /// A GROUP BY expression: an item by its alias or its number, or the expression itself.
    ///
    /// The alias comes first: any name could be a field of a JSON payload, but few are written
    /// behind AS.
    func groupKey(_ syntax: Syntax) throws(SQLError) -> Syntax {
        if case .integer(let number) = syntax.form {
            guard number >= 1, number <= Int64(items.count) else {
                throw SQLError(
                    .name, at: syntax.position,
                    "GROUP BY \(number): the SELECT list has \(items.count) items")
            }
            return items[Int(number) - 1].syntax
        }
        guard let item = item(for: syntax), !AggregateCollector.hasAggregate(item) else {
            return syntax
        }
        return item
    }

    /// HAVING with aliases replaced by what they stand for.
    func expand(_ syntax: Syntax) -> Syntax {
        syntax.replacing { node in
            // The arguments of an aggregate are the stream's fields.
            if AggregateCollector.function(of: node) != nil { return node }
            return item(for: node)
        }
    }

    private func item(for syntax: Syntax) -> Syntax? {
        guard case .name(let name) = syntax.form, name.steps.isEmpty else { return nil }
        return items.first { $0.alias.map { ExactText($0) } == name.first }?.syntax
    }
}
