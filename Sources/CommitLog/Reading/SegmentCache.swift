import Synchronization

/// The segments that are open, the least recently used closed when there are too many.
final class SegmentCache: Sendable {
    private struct Key: Hashable {
        let partition: PartitionID
        let base: Int64
        let generation: UInt32
    }
    private struct Slot {
        let reader: SegmentReader
        var lastUse: UInt64
    }
    private struct State {
        var slots: [Key: Slot] = [:]
        var uses: UInt64 = 0
        var rebuilds: Int64 = 0
    }
    private let shared: LogShared
    /// Guards the slots; no lock is taken inside, and nothing is read or closed.
    private let state = Mutex(State())

    init(_ shared: LogShared) { self.shared = shared }

    /// Indexes that were read from their segments because their files were damaged.
    var rebuilds: Int64 { state.withLock { $0.rebuilds } }

    /// The segment, opened if it is not or if it has grown.
    func reader(
        _ extent: SegmentExtent, of partition: PartitionID, topic: String, index: Int32
    ) throws(ReadError) -> SegmentReader {
        let key = Key(partition: partition, base: extent.base, generation: extent.generation)
        if let known = find(key), known.byteCount >= extent.byteCount { return known }
        let reader = try SegmentReader(
            extent, of: partition, topic: topic, index: index, in: shared.layout,
            shared.fileSystem)
        keep(reader, as: key)
        return reader
    }

    /// Closes all segments that a snapshot does not name, as soon as nobody reads them.
    func keep(only capture: StateCapture) {
        var keys: Set<Key> = []
        for partition in capture.partitions {
            for extent in partition.segments {
                keys.insert(
                    Key(
                        partition: partition.id, base: extent.base, generation: extent.generation))
            }
        }
        let wanted = keys
        // Given out of the lock: the last reference closes a file.
        _ = state.withLock { state in
            let all = state.slots
            state.slots = all.filter { wanted.contains($0.key) }
            return all.values.map(\.reader)
        }
    }

    private func find(_ key: Key) -> SegmentReader? {
        state.withLock { state in
            guard let slot = state.slots[key] else { return nil }
            state.uses += 1
            state.slots[key]?.lastUse = state.uses
            return slot.reader
        }
    }

    private func keep(_ reader: SegmentReader, as key: Key) {
        // Given out of the lock: the last reference closes a file.
        _ = state.withLock { state -> [SegmentReader?] in
            state.uses += 1
            state.rebuilds += reader.isRebuilt ? 1 : 0
            let slot = Slot(reader: reader, lastUse: state.uses)
            var removed = [state.slots.updateValue(slot, forKey: key)?.reader]
            // Linear, but only when a file is opened anyway.
            if state.slots.count > LogLimits.openSegmentsMax,
                let oldest = state.slots.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                removed.append(state.slots.removeValue(forKey: oldest)?.reader)
            }
            return removed
        }
    }
}
