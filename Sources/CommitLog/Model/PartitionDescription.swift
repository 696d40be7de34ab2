package import Records

/// A partition as the log knows it.
package struct PartitionDescription: Sendable, Equatable {
    package let id: PartitionID
    package let topic: String
    package let index: Int32
    package let options: PartitionOptions
    /// The first offset that can be read.
    package let start: RecordOffset
    /// Behind the last record.
    package let end: RecordOffset
    /// Up to here the records are in segments.
    package let sealedEnd: RecordOffset
    /// Bytes of the partition's segments and indexes.
    package let segmentByteCount: Int64
    /// What was removed so far, by reason; reasons without any are left out.
    package let removed: [RemovalReason: RemovalTally]

    package init(
        id: PartitionID, topic: String, index: Int32, options: PartitionOptions,
        start: RecordOffset, end: RecordOffset, sealedEnd: RecordOffset, segmentByteCount: Int64,
        removed: [RemovalReason: RemovalTally]
    ) {
        self.id = id
        self.topic = topic
        self.index = index
        self.options = options
        self.start = start
        self.end = end
        self.sealedEnd = sealedEnd
        self.segmentByteCount = segmentByteCount
        self.removed = removed
    }
}
