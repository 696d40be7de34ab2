import Bytes
package import Expressions
package import Records

/// Gives records a key and a timestamp that are computed from them, as an import does.
///
/// A NULL key is no key. A timestamp that is NULL or no time leaves the record's own.
package final class AssignmentOperator: Operator {
    private let program: RowProgram
    private let key: RootIndex?
    private let timestamp: RootIndex?

    /// - Parameters:
    ///   - program: computes both; they are among its values.
    ///   - key: the value of the program that becomes the key: text and bytes as they are, all
    ///     else as its JSON text.
    ///   - timestamp: the value that becomes the timestamp.
    package init(_ program: RowProgram, key: RootIndex?, timestamp: RootIndex?) {
        self.program = program
        self.key = key
        self.timestamp = timestamp
    }

    package var summary: String {
        "assign "
            + [key == nil ? nil : "key", timestamp == nil ? nil : "timestamp"]
            .compactMap { $0 }.joined(separator: ", ")
    }

    package var rowCountMax: Int { program.rowCountMax }

    package func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        program.prepare(block, &context)
        // A copy shares its memory: it only keeps the results in place while they are read.
        let evaluator = program.evaluator
        let homes = evaluator.textHomes(input: block.bytes)
        let keys = key.map { evaluator.column($0) }
        let times = timestamp.map { evaluator.column($0) }
        var keyText: [UInt8] = []
        for row32 in context.selection.rows {
            let row = Int(row32)
            if let cell = keys?[row], cell.kind == .null {
                output.appendPart(of: block, row: row, key: nil)
            } else if let cell = keys?[row] {
                keyText.removeAll(keepingCapacity: true)
                RecordKey.append(cell, homes, to: &keyText)
                output.appendPart(of: block, row: row, key: keyText.rawSpan)
            } else {
                output.appendPart(of: block, row: row, key: block.key(row))
            }
            try RecordBuffer.checkSize(output.bytes.count)
            let last = output.rows.count - 1
            if let value = block.value(row) {
                output.rows[last].valueStart = Int32(output.bytes.count)
                output.rows[last].valueCount = Int32(value.byteCount)
                output.bytes.append(copying: value)
            }
            if let times, let time = EventTime.milliseconds(times[row], homes) {
                output.rows[last].timestamp = time
            }
        }
        return .rows
    }
}
