import Bytes
import Expressions

/// A computed value as the key of a record.
enum RecordKey {
    /// Text and bytes as they are, so that `--key origin` gives the same keys, and partitions, as
    /// a producer that sends the field; all else as its JSON text.
    static func append(_ cell: Cell, _ homes: TextHomes, to bytes: inout [UInt8]) {
        switch cell.kind {
        case .string, .bytes: bytes.append(copying: homes.text(cell))
        case .null, .int, .double, .bool, .timestamp, .duration, .json, .error:
            JSONWriter.append(cell, homes, to: &bytes)
        }
    }
}
