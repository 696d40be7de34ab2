import Bytes
import Records

/// One line a record.
///
/// A payload with line feeds inside becomes several lines, as with `cat`; a null payload is an
/// empty line.
struct LineEncoder: RecordEncoder {
    func start(_ output: OutputBuffer) {}

    /// - Complexity: O(bytes + rows), no allocation.
    func encode(
        _ block: borrowing RecordBlock, _ selection: borrowing Selection,
        into output: OutputBuffer
    ) throws {
        var run = LineRun(bytes: block.bytes)
        let rows = selection.rows.span
        for index in rows.indices {
            let place = block.rows[Int(rows[index])]
            let start = Int(place.valueStart)
            try run.add(start: start, end: start + max(0, Int(place.valueCount)), to: output)
        }
        try run.flush(to: output)
    }
}
