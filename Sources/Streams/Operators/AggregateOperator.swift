package import Connectors
import Expressions
package import Records

/// Groups events by window and key, and emits a row for each group when its window fires
/// (WINDOWS.md).
///
/// Acceptance is per event, by the watermark before it, whatever batch it comes in. Rows of fired
/// groups go out in the order (window end, window start, key bytes). With an allowed lateness a
/// window stays after it fired, and each late event it accepts emits its group's row anew.
package final class AggregateOperator: Operator {
    private let program: RowProgram
    private var groups: WindowedGroups
    private var offsets: [Int64] = []

    init(_ program: RowProgram, _ plan: AggregatePlan) {
        self.program = program
        groups = WindowedGroups(plan)
    }

    package var summary: String { groups.plan.summary }

    package var rowCountMax: Int { program.rowCountMax }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        program.prepare(block, &context)
        offsets.removeAll(keepingCapacity: true)
        for row in 0..<block.count { offsets.append(block.rows[row].offset) }
        // Copies share their memory: they only keep the columns in place while they are read.
        let evaluator = program.evaluator
        let columns = program.values.map { evaluator.column($0) }
        let (times, offsets) = (context.times, self.offsets)
        let input = AggregateInput(
            columns: columns.span, homes: evaluator.textHomes(input: block.bytes),
            times: times.span, offsets: offsets.span, split: context.split)
        try groups.add(input, &context, output: &output)
        try groups.checkMemory()
        return .rows
    }

    package func advance(_ context: inout OperatorContext, output: inout RecordBuffer) throws {
        try groups.advance(&context, output: &output)
    }

    package func restore(key: RawSpan, value: RawSpan) throws {
        try AggregateState.restore(key: key, value: value, into: &groups)
    }

    package func collectChanges(into changes: inout [StateChange]) {
        AggregateState.collect(from: &groups, into: &changes)
    }
}
