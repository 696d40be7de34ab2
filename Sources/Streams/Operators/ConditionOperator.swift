import Bytes
package import Records

/// Keeps the records for which a ``RowProgram``'s condition is TRUE, where they are.
package final class ConditionOperator: Operator {
    private let program: RowProgram
    package let summary: String

    package init(_ program: RowProgram, summary: String) {
        self.program = program
        self.summary = summary
    }

    package var rowCountMax: Int { program.rowCountMax }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        program.prepare(block, &context)
        return .selection
    }
}
