import Bytes

/// The rows of a batch for which something is computed already.
struct RowSet: Sendable {
    private var words: [UInt64] = []
    /// Whether it holds the whole batch: the usual case, in which no row needs to be looked at.
    private var isWhole = false

    var isEmpty: Bool { words.isEmpty && !isWhole }

    mutating func removeAll() {
        words.removeAll(keepingCapacity: true)
        isWhole = false
    }

    /// Adds the whole batch if nothing is there yet; then every row was missing.
    mutating func insertWholeBatch() -> Bool {
        guard words.isEmpty, !isWhole else { return false }
        isWhole = true
        return true
    }

    /// Adds the rows and writes those that were not in the set to `missing`.
    mutating func insert(_ rows: Selection, missing: inout Selection) {
        missing.removeAll()
        guard !isWhole, let last = rows.rows.last else { return }
        let needed = Int(last) / 64 + 1
        if words.count < needed {
            words.append(contentsOf: repeatElement(0, count: needed - words.count))
        }
        for row in rows.rows {
            let bit: UInt64 = 1 << UInt64(row & 63)
            let word = Int(row) >> 6
            if words[word] & bit == 0 {
                words[word] |= bit
                missing.append(row)
            }
        }
    }
}
