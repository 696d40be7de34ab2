/// The producers of one partition, by identity: derived from the headers of their batches, kept in
/// snapshots, since segments do not keep those headers.
///
/// The writer's view and what readers see are two copies that take the same batches.
struct ProducerTable: Sendable, Equatable {
    private(set) var entries: [Int64: ProducerEntry] = [:]

    var isEmpty: Bool { entries.isEmpty }

    /// A producer; nil if it is not known, or was not heard of for too long.
    func entry(of producerID: Int64, at time: Int64) -> ProducerEntry? {
        guard let entry = entries[producerID], !entry.isExpired(at: time) else { return nil }
        return entry
    }

    /// Takes a batch that is in the log; O(1) amortised.
    mutating func take(_ batch: ProducerBatch) {
        if entries[batch.producerID]?.take(batch) != nil { return }
        var entry = ProducerEntry(epoch: batch.epoch, timestamp: batch.timestamp)
        entry.take(batch)
        insert(entry, of: batch.producerID)
    }

    /// Adds a producer that is not known yet.
    mutating func insert(_ entry: ProducerEntry, of producerID: Int64) {
        if entries.count >= LogLimits.producersPerPartitionMax { removeOldest() }
        entries[producerID] = entry
    }

    /// Forgets who was not heard of for too long.
    mutating func removeExpired(at time: Int64) {
        guard entries.contains(where: { $0.value.isExpired(at: time) }) else { return }
        entries = entries.filter { !$0.value.isExpired(at: time) }
    }

    /// Several at once, so that a flood of producers does not sort for each; the same ones wherever
    /// the same batches are taken.
    private mutating func removeOldest() {
        let byAge = entries.map { (time: $0.value.timestamp, id: $0.key) }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        for oldest in byAge.prefix(LogLimits.producersRemovedAtOnce) { entries[oldest.id] = nil }
    }
}
