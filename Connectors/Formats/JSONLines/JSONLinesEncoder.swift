import Bytes
import Records

/// One document a line; a null payload is the document `null`.
struct JSONLinesEncoder: RecordEncoder {
    func start(_ output: OutputBuffer) {}

    /// Writes documents as they are, but for line feeds: in JSON they stand between tokens only,
    /// where a space means the same, and would break a document into several lines.
    ///
    /// - Complexity: O(bytes + rows), no allocation.
    func encode(
        _ block: borrowing RecordBlock, _ selection: borrowing Selection,
        into output: OutputBuffer
    ) throws {
        var run = LineRun(bytes: block.bytes)
        let rows = selection.rows.span
        for index in rows.indices {
            guard let value = block.value(Int(rows[index])) else {
                try run.flush(to: output)
                try output.append(literal: "null\n")
                continue
            }
            guard value.firstPosition(of: LineEnds.lineFeed) == nil else {
                try run.flush(to: output)
                try Self.writeOnOneLine(value, to: output)
                continue
            }
            let start = Int(block.rows[Int(rows[index])].valueStart)
            try run.add(start: start, end: start + value.byteCount, to: output)
        }
        try run.flush(to: output)
    }

    private static func writeOnOneLine(_ value: RawSpan, to output: OutputBuffer) throws {
        var start = 0
        while let found = value.firstPosition(of: LineEnds.lineFeed, from: start) {
            try output.append(value.slice(start, count: found - start))
            try output.append(byte: 0x20)
            start = found + 1
        }
        try output.append(value.slice(start, count: value.byteCount - start))
        try output.append(byte: LineEnds.lineFeed)
    }
}
