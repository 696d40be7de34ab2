/// A segment and how much of its files counts: bytes behind belong to a sealing that was not
/// finished.
struct SegmentExtent: Sendable, Equatable {
    /// Offset at or below the first record; with the generation it names the files.
    let base: Int64
    /// 0 for what sealing has written; compaction writes the next one beside it, so that a name is
    /// never used for two contents.
    let generation: UInt32
    /// Offset behind the last record; at or above the last block's end.
    var end: Int64
    var minTimestamp: Int64
    var maxTimestamp: Int64
    /// Bytes of the segment file and of the index file, headers included.
    var byteCount: Int64
    var indexByteCount: Int64
    /// The earliest time, in milliseconds, at which a tombstone of it may go; `Int64.max` if it has
    /// none that was compacted.
    var deleteHorizon: Int64

    /// A segment without blocks.
    init(base: Int64, generation: UInt32 = 0) {
        self.base = base
        self.generation = generation
        end = base
        minTimestamp = .max
        maxTimestamp = .min
        byteCount = Int64(FileHeader.At.end)
        indexByteCount = Int64(FileHeader.At.end)
        deleteHorizon = .max
    }

    /// Bytes of both files.
    var totalByteCount: Int64 { byteCount + indexByteCount }
}
