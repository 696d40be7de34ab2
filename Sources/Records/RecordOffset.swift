/// Counts records from the start of a partition; never reused, gaps are legal.
package struct RecordOffset: Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// The first offset of a partition.
    package static var zero: RecordOffset { RecordOffset(rawValue: 0) }

    package static func < (left: RecordOffset, right: RecordOffset) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The offset `count` records later.
    package func advanced(by count: Int64) -> RecordOffset {
        RecordOffset(rawValue: rawValue + count)
    }
}
