import Bytes
import Connectors
import Records

/// The records of a batch that are put aside, with the reason in their headers.
///
/// They are written in the order of their numbers, whether the source's format refused them or an
/// operator could not evaluate them: so their order does not depend on how batches are cut.
struct DeadLetters {
    /// The names of the headers that a dead letter carries beside its own.
    enum HeaderName {
        static let reason = "sluice.error"
        static let split = "sluice.split"
        static let number = "sluice.record"
    }

    private var buffer = RecordBuffer()
    private var headers = HeaderList()

    var isEmpty: Bool { buffer.isEmpty }
    var count: Int { buffer.rows.count }

    mutating func removeAll() { buffer.removeAll() }

    /// Puts aside what the source's format refused.
    mutating func append(_ rejected: RejectedRecord, of split: SplitName, timestamp: Int64) {
        headers.removeAll()
        appendReason(rejected.reason, split: split, number: rejected.number)
        buffer.append(
            timestamp: timestamp, key: nil, value: rejected.text.rawSpan, headers: headers)
        buffer.rows[buffer.rows.count - 1].offset = rejected.number
    }

    /// Puts aside a record with its key and headers.
    mutating func append(
        _ block: borrowing RecordBlock, row: Int, of split: SplitName, reason: String
    ) {
        headers.removeAll()
        var cursor = block.headers(row)
        while let header = cursor.next() {
            let name = [UInt8](
                copying: block.bytes.slice(header.nameStart, count: header.nameCount))
            let value =
                header.valueCount < 0
                ? nil
                : [UInt8](copying: block.bytes.slice(header.valueStart, count: header.valueCount))
            headers.append(name: String(decoding: name, as: UTF8.self), value: value)
        }
        let place = block.rows[row]
        appendReason(reason, split: split, number: place.offset)
        buffer.append(
            timestamp: place.timestamp, key: block.key(row), value: block.value(row),
            headers: headers)
        buffer.rows[buffer.rows.count - 1].offset = place.offset
    }

    private mutating func appendReason(_ reason: String, split: SplitName, number: Int64) {
        headers.append(name: HeaderName.reason, value: Array(reason.utf8))
        headers.append(name: HeaderName.split, value: Array(split.text.utf8))
        headers.append(name: HeaderName.number, value: Array(String(number).utf8))
    }

    /// Writes them and forgets them.
    mutating func write(to target: any Target) throws {
        guard !isEmpty else { return }
        buffer.rows.sort { $0.offset < $1.offset }
        try target.write(.deadLetter, buffer.block, selection: Selection(all: buffer.rows.count))
        buffer.removeAll()
    }
}
