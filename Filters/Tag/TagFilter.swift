package import Bytes
package import Expressions
package import Records

/// Keeps the records whose tag is one of a set (EXPRESSIONS.md §19).
package struct TagFilter: CompiledFilter {
    package let expression: TagExpression
    private let table: TagTable

    package init(_ expression: TagExpression) {
        self.expression = expression
        table = TagTable(expression.tags)
    }

    /// Whether a record with this tag matches; nil for an untagged one.
    package func matches(_ tag: RawSpan?) -> Bool {
        if expression.matchesEverything { return true }
        guard let tag else { return false }
        return table.contains(tag)
    }

    package mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection, report: inout FilterReport
    ) {
        guard !expression.matchesEverything else { return }
        let before = selection.count
        let block = copy block
        let table = table
        selection.keep { row in
            guard let tag = RecordHeaders.tag(of: row, in: block) else { return false }
            return table.contains(tag)
        }
        report.refused[Self.place] += before - selection.count
    }

    package var summarizedFields: [FieldReference] {
        expression.matchesEverything ? [] : [.attribute(.tag)]
    }

    package func possibleTruths(_ summary: BlockSummary) -> PossibleTruths {
        guard !expression.matchesEverything else { return .yes }
        guard let tags = summary.summary(of: .attribute(.tag)) else { return [.yes, .no] }
        let isPossible = expression.tags.contains { tags.mayHold(text: Array($0.utf8).rawSpan) }
        return isPossible ? [.yes, .no] : .no
    }

    /// The language's place in the catalogue.
    private static let place = FilterCatalogue.place(of: name)
}

extension TagFilter: FilterLanguage {
    package static var name: String { "tag" }

    /// A clause of this language.
    package static func clause(_ text: String) -> FilterClause {
        FilterClause(language: name, text: Array(text.utf8))
    }

    package static func compile(
        _ clause: FilterClause, options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter {
        do throws(TagExpressionError) {
            return TagFilter(try TagExpression(clause.source))
        } catch {
            throw .tag(error)
        }
    }
}
