/// Everything that readers see, at one log position.
///
/// Plain data; ``LogShared`` guards it.
struct LogState: Sendable {
    var partitions: [PartitionID: PartitionState] = [:]
    var tables: [UInt8: KeyedTable] = [:]
    /// The lowest identity that no partition has had.
    var nextPartitionID: UInt32 = 0
    /// The partitions whose options bound how long, or how much of them, waits to be sealed.
    private(set) var bounded: Set<PartitionID> = []
    /// Behind the last frame that is visible.
    var end = LogPosition.zero
    /// The commit-log files by ascending positions; the last one is being written.
    var files: [CommitFile] = []
    /// Files that are sealed, still on the disk as ``DataLayout/spareFile(_:)``.
    var spares: [CommitFile] = []
    /// Whether files of removed partitions or unfinished sealings may lie in the directory.
    var needsSweep = false
    /// Whether, when the log was opened, something behind the last change said that it was durable.
    var endsInProof = true
    /// Whether something was removed whose files are still there.
    var hasGarbage = false
    /// Removals since the log was opened: a sweep has seen those that its snapshot has counted.
    private(set) var removals = 0
    /// Why no frame is taken; nil if frames are.
    var refusal: AppendError?
    var statistics = LogStatistics()

    /// Takes one change.
    ///
    /// The writer and recovery have checked it.
    mutating func apply(_ operation: FrameOperation) {
        switch operation {
        case .batches(let id, let places, let batches):
            append(places, to: id)
            take(batches, of: id)
        case .put(let table, let key, let value):
            tables[table, default: KeyedTable()].put(key, value)
        case .remove(let table, let key): tables[table]?.remove(key)
        case .removePrefix(let table, let prefix): tables[table]?.removePrefix(prefix)
        case .createPartition(let id, let topic, let index, let options):
            partitions[id] = PartitionState(topic: topic, index: index, options: options)
            nextPartitionID = max(nextPartitionID, id.rawValue + 1)
            noteBounds(of: id)
        case .removePartition(let id):
            partitions[id] = nil
            noteBounds(of: id)
            noteRemoval()
        case .alterPartition(let id, let options):
            partitions[id]?.options = options
            noteBounds(of: id)
        case .removeBefore(let id, let offset, let reason):
            partitions[id]?.removeBefore(offset, for: reason)
            noteRemoval()
        }
    }

    /// Takes note of a partition that is new, gone, or has other options.
    mutating func noteBounds(of id: PartitionID) {
        if partitions[id]?.options.boundsWaiting == true {
            bounded.insert(id)
        } else {
            bounded.remove(id)
        }
    }

    private mutating func noteRemoval() {
        removals += 1
        (needsSweep, hasGarbage) = (true, true)
    }

    private mutating func append(_ places: [BatchPlace], to id: PartitionID) {
        guard let last = places.last else { return }
        for place in places { partitions[id]?.recent.append(place) }
        partitions[id]?.end = last.nextOffset
    }

    /// Takes what a partition's batches say of their producers.
    mutating func take(_ batches: [ProducerBatch], of id: PartitionID) {
        for batch in batches { partitions[id]?.producers.take(batch) }
    }

    /// Forgets producers that were not heard of for too long.
    mutating func removeExpiredProducers(at time: Int64) {
        for id in Array(partitions.keys) { partitions[id]?.producers.removeExpired(at: time) }
    }

    /// What a frame waits for if its caller has not said it: the strongest that a change asks for.
    func durability(of operations: [FrameOperation], default ofLog: Durability) -> Durability {
        let asksForSync = operations.contains { operation in
            guard case .batches(let id, _, _) = operation else { return ofLog == .fsync }
            return (partitions[id]?.options.durability ?? ofLog) == .fsync
        }
        return asksForSync ? .fsync : .os
    }

    /// Takes a spare file that no reader looks at any more.
    ///
    /// Its last reference is not to go under the lock: closing a file is I/O.
    mutating func takeSpare() -> CommitFile? {
        for index in spares.indices where isKnownUniquelyReferenced(&spares[index]) {
            return spares.remove(at: index)
        }
        return nil
    }

    /// Full commit-log files.
    var unsealedFileCount: Int { max(0, files.count - 1) }

    /// Bytes of frames in commit-log files, and of segments and indexes.
    var byteCountOnDisk: Int64 {
        let first = files.first?.start ?? end
        return partitions.values.reduce(end.rawValue - first.rawValue) { sum, partition in
            partition.segments.reduce(sum) { $0 + $1.totalByteCount }
        }
    }

    /// The file that holds a position.
    func file(holding position: Int64) -> CommitFile? {
        let index = files.firstIndex(reaching: { $0.start.rawValue > position })
        return index > 0 ? files[index - 1] : nil
    }
}
