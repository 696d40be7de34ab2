package import CommitLog

/// Where records lie on the disk.
package struct StorageDescription: Sendable, Equatable {
    package let partitions: [PartitionID: PartitionDescription]
    /// Bytes of the commit log, which all topics share.
    package let commitByteCount: Int64

    /// Bytes of the commit log and of the partitions' segments.
    package var byteCount: Int64 {
        partitions.values.reduce(commitByteCount) { $0 + $1.segmentByteCount }
    }

    package init(partitions: [PartitionDescription], commitByteCount: Int64) {
        self.partitions = Dictionary(
            partitions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.commitByteCount = commitByteCount
    }
}
