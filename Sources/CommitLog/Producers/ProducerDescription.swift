import Platform
package import Records

/// What a partition knows of a producer, as Kafka's DescribeProducers tells it.
package struct ProducerDescription: Sendable, Equatable {
    package let producerID: Int64
    package let epoch: Int16
    /// Sequence of its last record; -1 if none of this epoch is known.
    package let lastSequence: Int32
    /// When it was last heard of: milliseconds since 1970-01-01 UTC.
    package let timestamp: Int64
    /// Offset of the first record of its open transaction; nil if it has none here.
    package let openTransaction: RecordOffset?
}

extension CommitLog {
    /// The producers that a partition remembers, by identity; nil if there is no such partition.
    ///
    /// At most ten thousand; those not heard of for a day are left out.
    package func producers(_ partition: PartitionID) -> [ProducerDescription]? {
        let now = driver.shared.clock.wallMilliseconds
        // The copies share what they hold, so the lock is not held while it is walked.
        let found = driver.shared.withState { state in
            state.partitions[partition].map { ($0.producers, $0.recent.transactions.openFirst) }
        }
        guard let (producers, open) = found else { return nil }
        return producers.entries.filter { !$0.value.isExpired(at: now) }
            .sorted { $0.key < $1.key }
            .map { id, entry in
                ProducerDescription(
                    producerID: id, epoch: entry.epoch,
                    lastSequence: entry.last?.lastSequence ?? -1, timestamp: entry.timestamp,
                    openTransaction: open[id].map(RecordOffset.init(rawValue:)))
            }
    }

    /// The transactions that are not decided, by partition and producer.
    package func openTransactions() -> [OpenTransaction] {
        let found = driver.shared.withState { state in
            state.partitions.flatMap { id, partition in
                partition.recent.transactions.openFirst.map {
                    OpenTransaction(
                        partition: id, producerID: $0.key,
                        epoch: partition.producers.entries[$0.key]?.epoch ?? 0,
                        first: RecordOffset(rawValue: $0.value))
                }
            }
        }
        return found.sorted { ($0.partition, $0.producerID) < ($1.partition, $1.producerID) }
    }
}
