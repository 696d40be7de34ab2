import Records

/// The writer's own view of producers: what they have appended once the group that is being built
/// is written.
///
/// One thread at a time, so that of two batches of one producer one is always the first.
struct ProducerLedger {
    enum Verdict: Equatable {
        case accepted
        /// Every batch of the frame is a retry of one that is there, and the frame holds nothing
        /// else: the first offset of each entry.
        case duplicate([RecordOffset])
        case refused(AppendError)
    }
    private struct Key: Hashable {
        let partition: PartitionID
        let producerID: Int64
    }
    private var tables: [PartitionID: ProducerTable] = [:]

    init(_ state: LogState) {
        for (id, partition) in state.partitions where !partition.producers.isEmpty {
            tables[id] = partition.producers
        }
    }

    /// Compares a frame with what its producers have appended before; changes nothing.
    ///
    /// One look-up a batch.
    func verdict(on operations: [FrameOperation], at time: Int64) -> Verdict {
        var count = Count()
        // What the frame itself appends; only a frame of several batches needs to know.
        var changed: [Key: ProducerEntry] = [:]
        for operation in operations {
            guard case .batches(let id, let places, let batches) = operation else {
                count.others += 1
                continue
            }
            count.others += places.count - batches.count
            for batch in batches {
                let key = Key(partition: id, producerID: batch.producerID)
                let known = changed[key] ?? tables[id]?.entry(of: batch.producerID, at: time)
                switch known?.verdict(on: batch) ?? .next {
                case .next: count.others += 1
                case .duplicate(let base):
                    count.repeated += 1
                    if batch.index == 0 { count.bases.append(RecordOffset(rawValue: base)) }
                    continue
                case .outOfOrder(let expected):
                    return .refused(
                        .outOfOrderSequence(
                            id, producerID: batch.producerID, expected: expected,
                            found: batch.firstSequence))
                case .fenced(let epoch):
                    return .refused(
                        .fencedProducer(
                            id, producerID: batch.producerID, epoch: batch.epoch, current: epoch))
                }
                if operations.count == 1, batches.count == 1 { return .accepted }
                var entry = known ?? ProducerEntry(epoch: batch.epoch, timestamp: time)
                var taken = batch
                taken.timestamp = time
                entry.take(taken)
                changed[key] = entry
            }
        }
        return count.verdict
    }

    /// Takes a frame that was accepted, once its offsets and its time are set.
    mutating func take(_ operations: [FrameOperation]) {
        for operation in operations {
            guard case .batches(let id, _, let batches) = operation else { continue }
            for batch in batches { tables[id, default: ProducerTable()].take(batch) }
        }
    }

    /// What a frame is made of.
    private struct Count {
        var repeated = 0
        var others = 0
        var bases: [RecordOffset] = []

        var verdict: Verdict {
            switch (repeated, others) {
            case (0, _): .accepted
            case (_, 0): .duplicate(bases)
            default: .refused(.repeatedInPart)
            }
        }
    }
}
