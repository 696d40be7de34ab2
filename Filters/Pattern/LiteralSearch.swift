import Bytes
import Records

/// Looks for a text in the values of records of a block, in one pass over all of them: most records
/// do not hold it, and need no look of their own.
struct LiteralSearch: ~Escapable {
    private let literal: [UInt8]
    private let block: RecordBlock
    /// Where the next text at or behind the last record that was asked for begins; beyond all bytes
    /// if there is none.
    private var found = 0

    /// Searches nothing if `literal` is empty.
    @_lifetime(copy block)
    init(_ literal: [UInt8], _ block: borrowing RecordBlock) {
        self.literal = literal
        self.block = copy block
    }

    /// Whether the value of a record holds the text; records are best asked for by ascending places.
    ///
    /// - Complexity: O(bytes) for all records together if their values lie in ascending order.
    mutating func mayMatch(_ row: Int) -> Bool {
        guard !literal.isEmpty else { return true }
        let place = block.rows[row]
        let start = Int(place.valueStart)
        let end = start + Int(max(0, place.valueCount))
        if found < start || last > start {
            let rest = block.bytes.slice(start, count: block.bytes.byteCount - start)
            found = rest.firstPosition(of: literal.rawSpan).map { start + $0 } ?? Int.max / 2
        }
        last = start
        return found + literal.count <= end
    }

    /// The start of the last record that was asked for.
    private var last = 0
}
