import Records

/// The writer's own view of partitions: what their next offsets will be once the group that is
/// being built is written.
///
/// Checks frames against it.
struct OffsetLedger {
    private struct Name: Hashable {
        let topic: String
        let index: Int32
    }
    private var ends: [PartitionID: Int64] = [:]
    private var names: [PartitionID: Name] = [:]
    private var taken: Set<Name> = []
    private(set) var nextID: UInt32 = 0

    init(_ state: LogState) {
        nextID = state.nextPartitionID
        for (id, partition) in state.partitions {
            ends[id] = partition.end
            let name = Name(topic: partition.topic, index: partition.index)
            names[id] = name
            taken.insert(name)
        }
    }

    /// Checks a whole frame and, if it is right, takes its creations and removals; offsets are
    /// taken by ``assign(_:count:)``.
    mutating func admit(_ operations: [FrameOperation]) -> AppendError? {
        // A frame that only appends, the usual one, needs no copy to go back to.
        let changesPartitions = operations.contains {
            switch $0 {
            case .createPartition, .removePartition, .removeBefore: true
            default: false
            }
        }
        guard changesPartitions else {
            for operation in operations { if let problem = check(operation) { return problem } }
            return nil
        }
        var changed = self
        // What the frame itself appends, which ``assign(_:count:)`` counts later.
        var grown: [PartitionID: Int64] = [:]
        for operation in operations {
            if let problem = changed.check(operation, grown: grown) { return problem }
            changed.take(operation)
            if case .batches(let id, let places, _) = operation {
                grown[id, default: 0] += Self.offsetCount(places)
            }
        }
        self = changed
        return nil
    }

    /// The base offset of a batch that spans `count` offsets.
    mutating func assign(_ id: PartitionID, count: Int64) -> RecordOffset {
        // A frame may remove a partition behind its own batches; their offsets do not matter.
        guard let end = ends[id] else { return .zero }
        ends[id] = end + count
        return RecordOffset(rawValue: end)
    }

    private static func offsetCount(_ places: [BatchPlace]) -> Int64 {
        places.reduce(0) { $0 + Int64($1.lastOffsetDelta) + 1 }
    }

    private func check(
        _ operation: FrameOperation, grown: [PartitionID: Int64] = [:]
    ) -> AppendError? {
        switch operation {
        case .batches(let id, let places, _):
            guard let end = ends[id] else { return .unknownPartition(id) }
            let (sum, overflows) = end.addingReportingOverflow(Self.offsetCount(places))
            // Half the range is kept free, so that no sum of an offset and a delta overflows.
            return overflows || sum > Int64.max / 2 ? .offsetsExhausted(id) : nil
        case .createPartition(let id, let topic, let index, _):
            if id.rawValue < nextID || id.rawValue == .max {
                return .identityUsed(id, next: PartitionID(rawValue: nextID))
            }
            let isTaken = taken.contains(Name(topic: topic, index: index))
            return isTaken ? .partitionExists(topic: topic, index: index) : nil
        case .removePartition(let id), .alterPartition(let id, _):
            return ends[id] == nil ? .unknownPartition(id) : nil
        case .removeBefore(let id, let offset, _):
            guard let end = ends[id].map({ $0 + grown[id, default: 0] }) else {
                return .unknownPartition(id)
            }
            guard offset > end else { return nil }
            return .removalBeyondEnd(
                id, offset: RecordOffset(rawValue: offset), end: RecordOffset(rawValue: end))
        case .put, .remove, .removePrefix: return nil
        }
    }

    private mutating func take(_ operation: FrameOperation) {
        switch operation {
        case .createPartition(let id, let topic, let index, _):
            let name = Name(topic: topic, index: index)
            (ends[id], names[id]) = (0, name)
            taken.insert(name)
            nextID = id.rawValue + 1
        case .removePartition(let id):
            ends[id] = nil
            if let name = names.removeValue(forKey: id) { taken.remove(name) }
        case .batches, .put, .remove, .removePrefix, .alterPartition, .removeBefore: break
        }
    }
}
