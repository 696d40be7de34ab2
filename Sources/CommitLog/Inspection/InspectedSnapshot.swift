package import Records

/// A snapshot, for `log dump`.
package struct InspectedSnapshot: Sendable {
    package struct Partition: Sendable {
        package let id: PartitionID
        package let topic: String
        package let index: Int32
        package let start: RecordOffset
        package let end: RecordOffset
        /// Segments, and the bytes of theirs that count.
        package let segments: Int
        package let segmentByteCount: Int64
        /// Producers that it remembers.
        package let producers: Int
    }

    /// The state is that of here.
    package let position: LogPosition
    /// The commit log before is not needed.
    package let neededFrom: LogPosition
    package let nextPartitionID: UInt32
    /// By ascending identities.
    package let partitions: [Partition]
    /// Tables of the keyed state and the number of their values.
    package let tables: [(number: UInt8, count: Int)]

    init(_ capture: StateCapture) {
        position = capture.position
        neededFrom = capture.neededFrom
        nextPartitionID = capture.nextPartitionID
        partitions = capture.partitions.map { partition in
            Partition(
                id: partition.id, topic: partition.topic, index: partition.index,
                start: RecordOffset(rawValue: partition.start),
                end: RecordOffset(rawValue: partition.end), segments: partition.segments.count,
                segmentByteCount: partition.segments.reduce(0) {
                    $0 &+ $1.byteCount &+ $1.indexByteCount  // Hostile numbers do no harm here.
                }, producers: partition.producers.entries.count)
        }
        tables = capture.tables.sorted { $0.key < $1.key }.map { ($0.key, $0.value.count) }
    }
}
