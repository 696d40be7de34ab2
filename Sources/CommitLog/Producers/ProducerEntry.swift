import Records

/// What a partition knows of one producer: its epoch and its last batches (KIP-98, KIP-360).
struct ProducerEntry: Sendable {
    /// What a batch is to the batches before it.
    enum Verdict: Sendable, Equatable {
        /// To be appended.
        case next
        /// A retry of one that is there.
        case duplicate(baseOffset: Int64)
        /// Batches before it are missing, or it is an old one.
        case outOfOrder(expected: Int32)
        /// A producer with a later epoch has taken its place.
        case fenced(epoch: Int16)
    }

    private(set) var epoch: Int16
    /// When it was last heard of: wall clock of the frame, milliseconds.
    private(set) var timestamp: Int64
    /// How many of `kept` count.
    private(set) var batchCount = 0
    /// The last batches of this epoch, oldest first.
    private var kept: InlineArray<5, SequencedBatch>

    /// A producer of which no batch is known.
    init(epoch: Int16, timestamp: Int64) {
        self.epoch = epoch
        self.timestamp = timestamp
        kept = .init(
            repeating: SequencedBatch(firstSequence: 0, lastOffsetDelta: 0, baseOffset: 0))
    }

    /// The last batches, oldest first.
    var batches: [SequencedBatch] { (0..<batchCount).map { kept[$0] } }

    var last: SequencedBatch? { batchCount > 0 ? kept[batchCount - 1] : nil }

    /// Whether nothing was heard of it for so long that it is forgotten.
    func isExpired(at time: Int64) -> Bool {
        let (age, overflows) = time.subtractingReportingOverflow(timestamp)
        return !overflows && age >= LogLimits.producerExpiryMilliseconds
    }

    /// What a batch of this producer is; O(1), without allocation.
    func verdict(on batch: ProducerBatch) -> Verdict {
        if batch.isMarker { return .next }
        if batch.isNumbered, batch.epoch == epoch {
            for index in 0..<batchCount
            where kept[index].firstSequence == batch.firstSequence
                && kept[index].lastOffsetDelta == batch.lastOffsetDelta
            {
                return .duplicate(baseOffset: kept[index].baseOffset)
            }
        }
        guard batch.epoch >= epoch else { return .fenced(epoch: epoch) }
        guard batch.isNumbered else { return .next }
        // A new epoch begins anew, and so does one that began with a transaction's marker.
        let expected = batch.epoch == epoch ? last?.nextSequence ?? 0 : 0
        return batch.firstSequence == expected ? .next : .outOfOrder(expected: expected)
    }

    /// Takes a batch that is in the log.
    mutating func take(_ batch: ProducerBatch) {
        if isExpired(at: batch.timestamp) { batchCount = 0 }
        timestamp = batch.timestamp
        // A marker never takes a producer back to an epoch that it has left.
        let next = batch.isMarker ? max(epoch, batch.epoch) : batch.epoch
        if next != epoch { (epoch, batchCount) = (next, 0) }
        guard batch.isNumbered else { return }
        keep(
            SequencedBatch(
                firstSequence: batch.firstSequence, lastOffsetDelta: batch.lastOffsetDelta,
                baseOffset: batch.baseOffset))
    }

    /// Adds a batch behind the others, forgetting the oldest beyond the limit.
    mutating func keep(_ batch: SequencedBatch) {
        if batchCount == LogLimits.producerBatchCountMax {
            for index in 1..<batchCount { kept[index - 1] = kept[index] }
            batchCount -= 1
        }
        kept[batchCount] = batch
        batchCount += 1
    }
}

extension ProducerEntry: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        left.epoch == right.epoch && left.timestamp == right.timestamp
            && left.batches == right.batches
    }
}
