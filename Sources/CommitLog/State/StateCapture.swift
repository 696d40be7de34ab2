/// The part of the state that a snapshot holds, as of one log position up to which everything is
/// durable.
struct StateCapture: Sendable {
    struct Partition: Sendable, Equatable {
        let id: PartitionID
        let topic: String
        let index: Int32
        let options: PartitionOptions
        let start: Int64
        let end: Int64
        let compactedEnd: Int64
        let segments: [SegmentExtent]
        let removed: [RemovalReason: RemovalTally]
        var producers = ProducerTable()
    }

    let position: LogPosition
    /// The commit log before it is not needed: its records are in segments, its other changes in
    /// the snapshot.
    let neededFrom: LogPosition
    let nextPartitionID: UInt32
    /// By ascending identities.
    let partitions: [Partition]
    let tables: [UInt8: KeyedTable]
    /// ``LogState/removals`` of that time; not stored.
    private(set) var removals = 0

    init(
        position: LogPosition, neededFrom: LogPosition, nextPartitionID: UInt32,
        partitions: [Partition],
        tables: [UInt8: KeyedTable]
    ) {
        self.position = position
        self.neededFrom = neededFrom
        self.nextPartitionID = nextPartitionID
        self.partitions = partitions
        self.tables = tables
    }

    /// O(partitions); the tables are shared until they change.
    init(_ state: LogState) {
        position = state.end
        // What is in segments was made durable before the state said so.
        neededFrom = state.partitions.values.reduce(state.end) { needed, partition in
            let first = partition.recent.first?.position ?? .max
            return min(needed, LogPosition(rawValue: first))
        }
        nextPartitionID = state.nextPartitionID
        removals = state.removals
        tables = state.tables
        partitions = state.partitions.map { id, partition in
            Partition(
                id: id, topic: partition.topic, index: partition.index,
                options: partition.options, start: partition.start, end: partition.end,
                compactedEnd: partition.compactedEnd, segments: partition.segments,
                removed: partition.removed, producers: partition.producers)
        }.sorted { $0.id < $1.id }
    }

    /// The state as it was; batches that are not sealed come from the commit log.
    var state: LogState {
        var state = LogState()
        state.end = position
        state.nextPartitionID = nextPartitionID
        state.tables = tables
        for partition in partitions {
            var restored = PartitionState(
                topic: partition.topic, index: partition.index, options: partition.options)
            restored.start = partition.start
            restored.end = partition.end
            restored.compactedEnd = partition.compactedEnd
            restored.segments = partition.segments
            restored.removed = partition.removed
            restored.producers = partition.producers
            state.partitions[partition.id] = restored
            state.noteBounds(of: partition.id)
        }
        return state
    }
}
