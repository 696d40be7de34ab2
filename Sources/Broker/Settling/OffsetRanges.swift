import Bytes
import Records

/// A set of a partition's offsets: ranges that ascend and do not touch.
///
/// Its stored form: `layout u8 = 1 | count | ranges: start i64, end i64`, little-endian, the count
/// an unsigned varint.
struct OffsetRanges: Equatable, Sendable {
    private static let layoutVersion: UInt8 = 1

    private(set) var ranges: [Range<RecordOffset>] = []

    /// Whether an offset belongs to the set, and up to where that holds for the ones behind it.
    ///
    /// O(log ranges).
    func part(at offset: RecordOffset) -> (isInside: Bool, end: RecordOffset) {
        let place = firstIndex(endingBehind: offset)
        guard place < ranges.count else { return (false, .max) }
        let range = ranges[place]
        return range.contains(offset) ? (true, range.upperBound) : (false, range.lowerBound)
    }

    /// Whether any offset of a range belongs to the set.
    func overlaps(_ range: Range<RecordOffset>) -> Bool {
        guard !range.isEmpty else { return false }
        let part = part(at: range.lowerBound)
        return part.isInside || part.end < range.upperBound
    }

    /// The parts of a range that do not belong to the set.
    func missing(from range: Range<RecordOffset>) -> [Range<RecordOffset>] {
        var parts: [Range<RecordOffset>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let part = part(at: start)
            let end = min(part.end, range.upperBound)
            if !part.isInside { parts.append(start..<end) }
            start = end
        }
        return parts
    }

    /// Adds a range.
    mutating func insert(_ range: Range<RecordOffset>) {
        guard !range.isEmpty else { return }
        var merged = range
        // Those that overlap it, or touch it.
        var first = firstIndex(endingBehind: range.lowerBound)
        if first > 0, ranges[first - 1].upperBound == range.lowerBound { first -= 1 }
        var end = first
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
            merged =
                min(
                    merged.lowerBound, ranges[end].lowerBound)..<max(
                    merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: [merged])
    }

    /// Forgets offsets that cannot be read any more.
    mutating func removeRanges(before start: RecordOffset) {
        let kept = firstIndex(endingBehind: start)
        if kept > 0 { ranges.removeFirst(kept) }
    }

    /// The first range of which something lies behind an offset.
    private func firstIndex(endingBehind offset: RecordOffset) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: Stored form

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.layoutVersion]
        bytes.append(count: ranges.count)
        for range in ranges {
            bytes.append(littleEndian: range.lowerBound.rawValue)
            bytes.append(littleEndian: range.upperBound.rawValue)
        }
        return bytes
    }

    init() {}

    /// Nil if the bytes are not such a set.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard cursor.integer(UInt8.self) == Self.layoutVersion, let count = cursor.count() else {
            return nil
        }
        for _ in 0..<count {
            guard let start = cursor.integer(Int64.self), let end = cursor.integer(Int64.self),
                start >= 0, start < end, start > ranges.last?.upperBound.rawValue ?? -1
            else { return nil }
            ranges.append(RecordOffset(rawValue: start)..<RecordOffset(rawValue: end))
        }
        guard cursor.isAtEnd else { return nil }
    }
}

extension RecordOffset {
    /// Behind all offsets that there are.
    fileprivate static var max: RecordOffset { RecordOffset(rawValue: .max) }
}
