import Bytes
import Expressions
package import Records

/// Replaces the payloads by JSON objects of computed values; key, timestamp and headers stay.
package final class ProjectionOperator: Operator {
    private let program: RowProgram
    private let writer: RowWriter

    /// - Parameters:
    ///   - program: computes the values.
    ///   - names: their member names.
    package init(_ program: RowProgram, names: [String]) {
        self.program = program
        writer = RowWriter(names: names)
    }

    package var summary: String { "project \(writer.names.joined(separator: ", "))" }

    package var rowCountMax: Int { program.rowCountMax }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        program.prepare(block, &context)
        // A copy shares its memory: it only keeps the results in place while they are read.
        let evaluator = program.evaluator
        let columns = program.values.map { evaluator.column($0) }
        let homes = evaluator.textHomes(input: block.bytes)
        for row in context.selection.rows {
            output.appendPart(of: block, row: Int(row), key: block.key(Int(row)))
            let start = output.bytes.count
            try writer.append(row: Int(row), of: columns.span, homes, to: &output.bytes)
            output.rows[output.rows.count - 1].valueStart = Int32(start)
            output.rows[output.rows.count - 1].valueCount = Int32(output.bytes.count - start)
        }
        return .rows
    }
}
