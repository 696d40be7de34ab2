import Bytes
import Expressions
package import Filters
package import Records

/// Keeps the records that a subscription's filter matches, where they are: a record that passes is
/// never copied.
///
/// Records that cannot be evaluated are dealt with by the filter's own error policy.
package final class FilterOperator: Operator {
    private var filter: SubscriptionFilter
    /// What the records of each split have in common, by the split's index.
    private let streams: [RecordStream]
    private let now: () -> Int64
    package let summary: String

    /// - Parameters:
    ///   - filter: what records must match.
    ///   - streams: what the records of each split have in common; the first stands for all
    ///     splits that are not named.
    ///   - summary: for `EXPLAIN`.
    ///   - now: the value of `NOW()` in milliseconds, asked once a batch.
    package init(
        _ filter: SubscriptionFilter, streams: [RecordStream], summary: String = "filter",
        now: @escaping () -> Int64 = { 0 }
    ) {
        self.filter = filter
        self.streams = streams
        self.summary = summary
        self.now = now
    }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        let stream = streams.indices.contains(context.split) ? streams[context.split] : streams[0]
        let before = filter.report
        let outcome = filter.select(
            from: block, of: stream, now: now(), selection: &context.selection)
        let after = filter.report
        context.report.kept += Int64(after.kept - before.kept)
        context.report.unknown += Int64(after.unknown - before.unknown)
        context.report.malformed += Int64(after.malformed - before.malformed)
        context.report.undefinedArithmetic += Int64(
            after.undefinedArithmetic - before.undefinedArithmetic)
        context.report.refused += Int64(
            after.refused.reduce(0, +) - before.refused.reduce(0, +))
        for row in outcome.deadLetters {
            context.failures.append(
                RowFailure(row: row.row, error: row.error, policy: .deadLetter))
        }
        if let failure = outcome.failure {
            context.failures.append(
                RowFailure(row: failure.row, error: failure.error, policy: .fail))
        } else if outcome.deadLetters.isEmpty {
            // Dropped or delivered all the same: counted here, since nothing else is done.
            for row in after.errorRows {
                context.report.evaluationErrors[Int(row.error.rawValue)] += 1
            }
        }
        return .selection
    }
}
