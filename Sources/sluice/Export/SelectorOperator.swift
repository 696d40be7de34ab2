import Broker
import Expressions
import Filters
import Records
import Streams

/// A selector as a pipeline's operator: keeps the records that it selects, where they are.
final class SelectorOperator: Operator {
    private let selector: RecordSelector
    /// What the records of each split have in common, by the split's index.
    private let streams: [RecordStream]
    private let now: () -> Int64
    let summary = "subscription filter"

    /// `now` is the value of `NOW()` in milliseconds, asked once a batch.
    init(_ selector: RecordSelector, streams: [RecordStream], now: @escaping () -> Int64) {
        self.selector = selector
        self.streams = streams
        self.now = now
    }

    func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        let outcome = try selector.select(
            from: block, of: streams[context.split], now: now(), selection: &context.selection)
        let counts = outcome.counts
        context.report.kept += counts.matched
        context.report.unknown += counts.unknown
        context.report.malformed += counts.malformed
        context.report.undefinedArithmetic += counts.undefinedArithmetic
        context.report.refused += counts.refused.reduce(0, +)
        for (kind, count) in counts.errors.enumerated() {
            context.report.evaluationErrors[kind] += count
        }
        for row in outcome.deadLetters {
            // The pipeline counts what fails here.
            context.report.evaluationErrors[Int(row.error.rawValue)] -= 1
            context.failures.append(
                RowFailure(row: row.row, error: row.error, policy: .deadLetter))
        }
        if let failure = outcome.failure {
            context.failures.append(
                RowFailure(row: failure.row, error: failure.error, policy: .fail))
        }
        return .selection
    }
}
