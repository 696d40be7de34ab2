/// A segment and how much of its files counts: bytes behind belong to a sealing that was not
/// finished.
struct SegmentExtent: Sendable, Equatable {
    /// Offset of the first record, and the name of the files.
    let base: Int64
    /// Offset behind the last record; at or above the last block's end.
    var end: Int64
    var minTimestamp: Int64
    var maxTimestamp: Int64
    /// Bytes of the segment file and of the index file, headers included.
    var byteCount: Int64
    var indexByteCount: Int64
}
