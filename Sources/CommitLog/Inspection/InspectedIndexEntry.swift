package import Records

/// An entry of a block index, for `log dump`.
package struct InspectedIndexEntry: Sendable, Equatable {
    /// Position in the index file.
    package let filePosition: Int64
    package let baseOffset: RecordOffset
    package let lastOffset: RecordOffset
    /// Milliseconds.
    package let minTimestamp: Int64
    package let maxTimestamp: Int64
    /// Position of the block in the segment, its bytes and records.
    package let position: Int64
    package let byteCount: Int
    package let recordCount: Int

    init(_ place: BlockPlace, at filePosition: Int64) {
        self.filePosition = filePosition
        baseOffset = RecordOffset(rawValue: place.baseOffset)
        lastOffset = RecordOffset(rawValue: place.lastOffset)
        minTimestamp = place.minTimestamp
        maxTimestamp = place.maxTimestamp
        position = place.position
        byteCount = Int(place.byteCount)
        recordCount = Int(place.recordCount)
    }
}
