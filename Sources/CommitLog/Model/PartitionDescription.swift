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
}
