package import Bytes
package import Expressions
package import Records

/// All conditions of a subscription, compiled: a record must meet each of them.
///
/// The languages run in the order of the catalogue, cheapest first, each over what the one before
/// it kept. A record that one of them cannot evaluate is out of the later ones' sight: the error
/// policy alone decides about it. A value with its own scratch memory, one for each thread.
package struct SubscriptionFilter: Sendable {
    package let definition: FilterDefinition
    /// Counts since the start, and the error rows of the last batch.
    package private(set) var report = FilterReport()
    private var filters: [any CompiledFilter]

    /// What is to be done with a batch's records.
    package struct Outcome: Sendable, Equatable {
        /// Records to be delivered although they could not be evaluated; ascending, and part of
        /// the selection too.
        package var flagged: [ErrorRow] = []
        /// Records to be moved aside with the reason; ascending.
        package var deadLetters: [ErrorRow] = []
        /// The record at which the subscription must stop: nothing from it on was selected.
        package var failure: ErrorRow?

        package init() {}
    }

    /// Compiles a definition.
    ///
    /// - Parameters:
    ///   - definition: the conditions and the policy.
    ///   - allowsVolatile: whether `NOW()` may be used; false for filters that are stored.
    /// - Throws: the first mistake, with its place in the text it is in.
    package init(
        _ definition: FilterDefinition, allowsVolatile: Bool = false
    ) throws(FilterError) {
        self.definition = definition
        let options = FilterOptions(format: definition.format, allowsVolatile: allowsVolatile)
        try definition.requireKnownLanguages()
        var filters: [any CompiledFilter] = []
        for language in FilterCatalogue.languages {
            guard let clause = definition.clause(language.name) else { continue }
            filters.append(try language.compile(clause, options: options))
        }
        self.filters = filters
    }

    /// Keeps in `selection` the rows to be delivered, and counts all others by their reason.
    ///
    /// - Parameters:
    ///   - block: the records.
    ///   - stream: what they have in common.
    ///   - now: the value of `NOW()`, milliseconds since 1970.
    ///   - selection: the rows to be looked at; usually all.
    /// - Returns: what the error policy decided about rows that could not be evaluated.
    /// - Complexity: O(bytes of the selected records); one dynamic call a language and batch.
    package mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection
    ) -> Outcome {
        report.beginBatch()
        report.seen += selection.count
        for index in filters.indices where !selection.isEmpty {
            filters[index].select(
                from: block, of: stream, now: now, selection: &selection, report: &report)
        }
        report.kept += selection.count
        guard !report.errorRows.isEmpty else { return Outcome() }
        report.errorRows.sort { $0.row < $1.row }
        return definition.errorPolicy.outcome(of: report.errorRows, &selection)
    }

    /// The fields whose summaries can spare reading a block.
    package var summarizedFields: [FieldReference] { filters.flatMap(\.summarizedFields) }

    /// Whether reading a block would change nothing for filters of which each sees what the one
    /// before it kept: no record can be delivered, moved aside, or stop a subscription.
    ///
    /// - Complexity: O(steps of the conditions), O(values) of fields of few values.
    package static func canSkip(_ filters: [SubscriptionFilter], _ summary: BlockSummary) -> Bool {
        var cannotMatch = false
        for filter in filters {
            let truths = PossibleTruths.and(filter.filters.map { $0.possibleTruths(summary) })
            if !truths.contains(.yes) { cannotMatch = true }
            guard filter.definition.errorPolicy == .drop || !truths.contains(.error) else {
                return false
            }
        }
        return cannotMatch
    }
}

extension ErrorPolicy {
    /// What becomes of records that could not be evaluated.
    ///
    /// - Parameters:
    ///   - errorRows: those records, ascending.
    ///   - selection: the rows that match; becomes those to be delivered.
    /// - Returns: what is to be done with them.
    func outcome(
        of errorRows: [ErrorRow], _ selection: inout Selection
    ) -> SubscriptionFilter.Outcome {
        var outcome = SubscriptionFilter.Outcome()
        switch self {
        case .drop:
            break
        case .deliver:
            outcome.flagged = errorRows
            let matching = selection.rows
            let rows = (matching + outcome.flagged.map(\.row)).sorted()
            selection.removeAll()
            for row in rows { selection.append(row) }
        case .deadLetter:
            outcome.deadLetters = errorRows
        case .fail:
            outcome.failure = errorRows.first
            if let stop = outcome.failure?.row {
                selection.keep { $0 < Int(stop) }
            }
        }
        return outcome
    }
}
