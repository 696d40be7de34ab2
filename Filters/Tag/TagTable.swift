import Bytes

/// A set of tags, looked up by bytes: open addressing over a table twice as large.
struct TagTable: Sendable {
    /// All tags, one behind the other.
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int>] = []
    /// Place of a tag in `ranges`, plus 1; 0 is free.
    private var slots: [Int32]
    private let mask: Int

    /// So many tags are compared one by one: their lengths alone exclude most.
    private static let directCountMax = 4

    init(_ tags: [String]) {
        var size = 4
        while size < tags.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        mask = size - 1
        for tag in tags { insert(Array(tag.utf8)) }
    }

    private mutating func insert(_ tag: [UInt8]) {
        ranges.append(bytes.count..<(bytes.count + tag.count))
        bytes.append(contentsOf: tag)
        var slot = Int(truncatingIfNeeded: StableHash.hash(tag.rawSpan)) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(ranges.count)
    }

    /// Whether the tag is in the set; O(its length).
    ///
    /// The bytes decide, never the hash alone.
    func contains(_ tag: RawSpan) -> Bool {
        if ranges.count <= Self.directCountMax {
            for range in ranges where range.count == tag.byteCount {
                if bytes.rawSpan.slice(range.lowerBound, count: range.count).isEqual(to: tag) {
                    return true
                }
            }
            return false
        }
        var slot = Int(truncatingIfNeeded: StableHash.hash(tag)) & mask
        while slots[slot] != 0 {
            let range = ranges[Int(slots[slot]) - 1]
            if bytes.rawSpan.slice(range.lowerBound, count: range.count).isEqual(to: tag) {
                return true
            }
            slot = (slot + 1) & mask
        }
        return false
    }
}
