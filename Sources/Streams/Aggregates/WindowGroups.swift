import Bytes
import Expressions

/// The groups of one open window: their accumulators, in flat memory.
///
/// A value, kept in one place and changed there: a copy would copy all groups.
///
/// A window has a table of its own, so that all of it goes at once when the window closes, and so
/// that the groups of a window fire without a search.
struct WindowGroups {
    private(set) var span: WindowSpan
    /// Group key → the accumulators' words.
    var groups: FlatTable
    /// (accumulator, group, value) → how often: what COUNT(DISTINCT) and PERCENTILE keep.
    var details = FlatTable(stride: 1)
    /// Text of ``CellSlot``s.
    var heap: [UInt8] = []
    /// Rows that were accepted and not yet added to their groups.
    var pending: [GroupRow] = []
    var dirtyGroups = DirtySet()
    var dirtyDetails = DirtySet()
    /// Detail entries in the order of their keys, until one is added.
    private var sortedDetails: [Int]?
    private var detailKey: [UInt8] = []

    init(span: WindowSpan, stride: Int) {
        self.span = span
        groups = FlatTable(stride: stride)
    }

    /// Makes this the empty state of another window; memory is kept.
    mutating func reuse(for span: WindowSpan) {
        self.span = span
        groups.removeAll()
        details.removeAll()
        heap.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        dirtyGroups.removeAll()
        dirtyDetails.removeAll()
        sortedDetails = nil
    }

    /// Memory in use, about.
    var byteCount: Int { groups.byteCount + details.byteCount + heap.count }

    /// Accepts a row for a group; it counts with the next ``apply(_:_:)``.
    mutating func accept(_ row: Int, key: RawSpan, hash: UInt64) {
        var isNew = false
        let entry = groups.findOrInsert(key, hash: hash, isNew: &isNew)
        pending.append(
            GroupRow(row: Int32(truncatingIfNeeded: row), entry: Int32(truncatingIfNeeded: entry)))
    }

    // MARK: - Values

    /// The key under which a value is kept: accumulator (2), group entry (4), value.
    private mutating func setDetailKey(_ accumulator: Int, _ entry: Int) {
        detailKey.removeAll(keepingCapacity: true)
        detailKey.append(bigEndian: UInt16(truncatingIfNeeded: accumulator))
        detailKey.append(bigEndian: UInt32(truncatingIfNeeded: entry))
    }

    /// Bytes of a detail key before the value.
    static let detailPrefixByteCount = 6

    /// Counts a value; returns whether it is the first of its kind in the group.
    mutating func addDetail(
        _ accumulator: Int, _ entry: Int, _ cell: Cell, _ homes: borrowing TextHomes
    ) -> Bool {
        setDetailKey(accumulator, entry)
        CellKey.append(cell, homes, to: &detailKey)
        let (detail, isNew) = findOrInsertDetail()
        details.words[detail] += 1
        dirtyDetails.mark(detail)
        return isNew
    }

    /// Puts a committed value back; `value` is its key.
    mutating func restoreDetail(_ accumulator: Int, _ entry: Int, value: RawSpan, count: Int64) {
        setDetailKey(accumulator, entry)
        detailKey.append(copying: value)
        let (detail, _) = findOrInsertDetail()
        details.words[detail] = count
        dirtyDetails.markCommitted(detail)
    }

    /// The entry of the key in `detailKey`.
    private mutating func findOrInsertDetail() -> (entry: Int, isNew: Bool) {
        // Moved out, so that the key is borrowed while the table changes.
        var key: [UInt8] = []
        swap(&key, &detailKey)
        defer { swap(&key, &detailKey) }
        var isNew = false
        let entry = details.findOrInsert(
            key.rawSpan, hash: StableHash.hash(key.rawSpan), isNew: &isNew)
        if isNew { sortedDetails = nil }
        return (entry, isNew)
    }

    /// Visits a group's values in ascending order until `body` returns false.
    mutating func forEachDetail(
        _ accumulator: Int, _ entry: Int, _ body: (_ value: Cell, _ count: Int64) -> Bool
    ) {
        setDetailKey(accumulator, entry)
        let sorted = sortedDetails ?? details.sortedEntries()
        sortedDetails = sorted
        var index = firstIndex(in: sorted)
        var text: [UInt8] = []
        while index < sorted.count {
            let key = details.key(sorted[index])
            guard isPrefixed(key) else { return }
            var position = Self.detailPrefixByteCount
            text.removeAll(keepingCapacity: true)
            let cell = CellKey.read(key, at: &position, text: &text) ?? .null
            guard body(cell, details.words[sorted[index]]) else { return }
            index += 1
        }
    }

    /// Index of the first entry whose key is not below the prefix in `detailKey`.
    private func firstIndex(in sorted: [Int]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if details.key(sorted[middle]).compare(to: detailKey.rawSpan) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private func isPrefixed(_ key: RawSpan) -> Bool {
        key.slice(0, count: Self.detailPrefixByteCount).isEqual(to: detailKey.rawSpan)
    }
}
