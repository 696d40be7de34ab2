import Bytes
import Expressions
import Records

/// A filter that one or several subscriptions have, and what it selected of a batch.
struct MatchCondition: Sendable {
    /// The subscriptions' places; ascending.
    var subscriptions: [Int32] = []
    let policy: ErrorPolicy
    /// The filters of languages that run before SQL, and behind it.
    var before: [any CompiledFilter] = []
    var after: [any CompiledFilter] = []
    /// The SQL condition in the program of its group.
    var root: RootIndex?

    /// Records that were evaluated, matched and could not be evaluated, since the start.
    private(set) var evaluated = 0
    private(set) var matched = 0
    private(set) var errors = 0

    /// What was found in the current batch, in rows of the whole batch.
    private var rows = Selection()
    private var errorRows: [ErrorRow] = []

    init(policy: ErrorPolicy) { self.policy = policy }

    var hasFound: Bool { !rows.isEmpty || !errorRows.isEmpty }

    /// Forgets the batch.
    mutating func beginBatch() {
        rows.removeAll()
        errorRows.removeAll(keepingCapacity: true)
    }

    /// Notes what it made of one piece that starts at row `start` of the batch.
    mutating func note(
        evaluated count: Int, matches: borrowing Selection, errors found: [ErrorRow], start: Int32
    ) {
        evaluated += count
        matched += matches.count
        errors += found.count
        for row in matches.rows { rows.append(start + row) }
        for row in found { errorRows.append(ErrorRow(row: start + row.row, error: row.error)) }
    }

    /// The batch's result, by the error policy; nil if there is nothing to do.
    mutating func finishBatch() -> SubscriptionMatch? {
        var outcome = SubscriptionFilter.Outcome()
        if !errorRows.isEmpty {
            errorRows.sort { $0.row < $1.row }
            outcome = policy.outcome(of: errorRows, &rows)
        }
        guard !rows.isEmpty || outcome != SubscriptionFilter.Outcome() else { return nil }
        return SubscriptionMatch(subscriptions: subscriptions, rows: rows, outcome: outcome)
    }
}
