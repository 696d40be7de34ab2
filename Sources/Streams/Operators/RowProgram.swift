import Bytes
package import Expressions
package import Filters
package import Records

/// Everything that a pipeline computes of a source's records, in one program: the event time, the
/// WHERE, and the values that a projection or an aggregation takes on.
///
/// So each record's payload is
/// read once, whatever number of expressions name its fields. Used by one thread.
package final class RowProgram: EventTimeReader {
    let program: Program
    private let time: RootIndex?
    private let condition: RootIndex?
    let values: [RootIndex]
    /// What the records of each split have in common, by the split's index.
    private let streams: [RecordStream]
    private let now: () -> Int64
    private(set) var evaluator: Evaluator
    private var fields = RecordFieldState()
    /// Whether the batch under way was evaluated when its times were read.
    private var isEvaluated = false
    /// The values that can fail.
    private let raising: [RootIndex]

    /// - Parameters:
    ///   - program: the roots, and no others.
    ///   - time: the root whose value is the event time; without it the program must not be used
    ///     as an ``EventTimeReader``.
    ///   - condition: the root of the WHERE.
    ///   - values: the roots that operators read.
    ///   - streams: what the records of each split have in common; the first stands for all
    ///     splits that are not named.
    ///   - now: the value of `NOW()` in milliseconds, asked once a batch.
    package init(
        _ program: Program, time: RootIndex? = nil, condition: RootIndex? = nil,
        values: [RootIndex] = [], streams: [RecordStream], now: @escaping () -> Int64 = { 0 }
    ) {
        self.program = program
        rowCountMax = program.rowCountMax
        self.time = time
        self.condition = condition
        self.values = values
        self.streams = streams
        self.now = now
        evaluator = Evaluator(program)
        raising = values.filter { program.canRaise($0) }
    }

    package var summary: String { "time of the row" }
    package let rowCountMax: Int

    package func readTimes(of block: borrowing RecordBlock, _ context: inout OperatorContext) {
        evaluate(block, &context)
        isEvaluated = true
    }

    /// Makes sure that the batch is evaluated: narrows the selection to the rows that pass the
    /// condition and whose values could be computed.
    func prepare(_ block: borrowing RecordBlock, _ context: inout OperatorContext) {
        if isEvaluated {
            isEvaluated = false
        } else {
            evaluate(block, &context)
        }
    }

    private func evaluate(_ block: borrowing RecordBlock, _ context: inout OperatorContext) {
        let stream = streams.indices.contains(context.split) ? streams[context.split] : streams[0]
        let before = fields.malformedCount
        let undefinedBefore = evaluator.counters.undefinedArithmetic
        evaluator.begin(now: now())
        var source = RecordFieldSource(block, of: stream, taking: &fields)
        if let time { readTimes(time, &source, block, &context) }
        if let condition { filter(condition, &source, &context) }
        for root in values { evaluator.evaluate(root, &source, context.selection) }
        failRows(&context)
        source.finish(into: &fields)
        context.report.malformed += Int64(fields.malformedCount - before)
        context.report.undefinedArithmetic += Int64(
            evaluator.counters.undefinedArithmetic - undefinedBefore)
    }

    private func readTimes(
        _ root: RootIndex, _ source: inout RecordFieldSource, _ block: borrowing RecordBlock,
        _ context: inout OperatorContext
    ) {
        evaluator.evaluate(root, &source, context.selection)
        // A copy shares its memory: it only keeps the results in place while they are read.
        let evaluator = self.evaluator
        let column = evaluator.column(root)
        let homes = evaluator.textHomes(input: block.bytes)
        context.times.removeAll(keepingCapacity: true)
        context.times.reserveCapacity(block.count)
        for row in 0..<block.count {
            let time = EventTime.milliseconds(column[row], homes)
            context.times.append(time ?? OperatorContext.noTime)
        }
    }

    private func filter(
        _ root: RootIndex, _ source: inout RecordFieldSource, _ context: inout OperatorContext
    ) {
        let before = evaluator.counters
        evaluator.filter(root, &source, &context.selection)
        context.report.kept += Int64(evaluator.counters.kept - before.kept)
        context.report.refused += Int64(evaluator.counters.refused - before.refused)
        context.report.unknown += Int64(evaluator.counters.unknown - before.unknown)
        for errorRow in evaluator.errorRows {
            context.failures.append(RowFailure(row: errorRow.row, error: errorRow.error))
        }
    }

    /// Takes out the rows of which a value could not be computed.
    private func failRows(_ context: inout OperatorContext) {
        guard !raising.isEmpty else { return }
        var failures: [RowFailure] = []
        for row in context.selection.rows {
            for root in raising {
                let cell = evaluator.column(root)[Int(row)]
                guard cell.kind == .error else { continue }
                let error = EvaluationError(rawValue: cell.bits) ?? .evaluation
                failures.append(RowFailure(row: row, error: error))
                break
            }
        }
        context.fail(failures)
    }
}
