import Expressions

/// What an ``AggregateOperator`` computes.
///
/// The row program's values are the group keys, then the
/// accumulators' arguments and filters.
struct AggregatePlan: Sendable {
    let windows: WindowAssigner
    /// Milliseconds for which a fired window still takes late events.
    let lateness: Int64
    /// Number of group keys, beside the window.
    let keyCount: Int
    let accumulators: [Accumulator]
    let calls: [AggregateCall]
    /// The program over the result's columns, see ``ResultRows``.
    let results: Program
    let having: RootIndex?
    let items: [RootIndex]
    /// Member names of the result rows.
    let names: [String]
    /// For `EXPLAIN`.
    let summary: String

    /// Words of a group's entry.
    var stride: Int { accumulators.reduce(0) { $0 + $1.kind.wordCount } }
}
