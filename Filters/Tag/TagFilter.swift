package import Bytes
package import Expressions
package import Records

/// Keeps the records of which a tag is one of a set (EXPRESSIONS.md §19).
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
            RecordHeaders.hasTag(of: row, in: block) { table.contains($0) }
        }
        report.refused[Self.place] += before - selection.count
    }

    package var summarizedFields: [FieldReference] {
        expression.matchesEverything ? [] : [.attribute(.tag), Self.tagCount]
    }

    package func possibleTruths(_ summary: BlockSummary) -> PossibleTruths {
        guard !expression.matchesEverything else { return .yes }
        // The attribute is the last tag, which is the only one of most records.
        guard let tags = summary.summary(of: .attribute(.tag)),
            let counts = summary.summary(of: Self.tagCount), counts.integerMax ?? 0 <= 1
        else { return [.yes, .no] }
        let isPossible = expression.tags.contains { tags.mayHold(text: Array($0.utf8).rawSpan) }
        return isPossible ? [.yes, .no] : .no
    }

    /// How many tags a record has.
    private static let tagCount = FieldReference.headerCount(
        String(decoding: RecordHeaders.tagName, as: UTF8.self))

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
