import Bytes
import Records
import Streams

/// Gives records what stands beside or in the line that they come from: headers, a key before a
/// delimiter, and no payload at all.
final class RecordShaping: Operator {
    /// The headers that every record gets.
    private let headers: HeaderList
    /// What separates key and payload; nil: the whole record is payload.
    private let keyDelimiter: [UInt8]?
    /// The payload that means "no payload"; nil: none does.
    private let tombstone: [UInt8]?

    init(headers: HeaderList, keyDelimiter: [UInt8]?, tombstone: [UInt8]?) {
        self.headers = headers
        self.keyDelimiter = keyDelimiter
        self.tombstone = tombstone
    }

    /// Whether there is nothing to do.
    var isIdle: Bool { headers.count == 0 && keyDelimiter == nil && tombstone == nil }

    var summary: String { "add headers, keys before a delimiter, tombstones" }

    func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput {
        for row in context.selection.rows {
            let row = Int(row)
            let place = block.rows[row]
            guard let line = block.value(row) else {
                append(key: block.key(row), value: nil, place, to: &output)
                continue
            }
            guard let delimiter = keyDelimiter,
                let position = line.firstPosition(of: delimiter.rawSpan)
            else {
                append(key: block.key(row), value: line, place, to: &output)
                continue
            }
            let start = position + delimiter.count
            append(
                key: line.slice(0, count: position),
                value: line.slice(start, count: line.byteCount - start), place, to: &output)
        }
        return .rows
    }

    private func append(
        key: RawSpan?, value: RawSpan?, _ place: RecordRow, to output: inout RecordBuffer
    ) {
        if let value, let tombstone, value.isEqual(to: tombstone.rawSpan) {
            output.append(timestamp: place.timestamp, key: key, value: nil, headers: headers)
        } else {
            output.append(timestamp: place.timestamp, key: key, value: value, headers: headers)
        }
        output.rows[output.rows.count - 1].offset = place.offset
    }
}
