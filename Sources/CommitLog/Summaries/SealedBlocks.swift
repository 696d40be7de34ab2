package import Records

/// The blocks of one segment, with what was noted about them.
package struct SealedBlocks: Sendable {
    package struct Block: Sendable {
        /// From the first record's offset to behind the last one's.
        package let offsets: Range<RecordOffset>
        package let recordCount: Int
        package let byteCount: Int
        /// Where the summary lies in ``SealedBlocks/summaries``; nil if there is none.
        package let summary: Range<Int>?
    }

    /// By ascending offsets.
    package let blocks: [Block]
    /// The bytes of the summaries.
    package let summaries: [UInt8]
    /// Behind the segment: where to ask for the next one.
    package let end: RecordOffset
}
