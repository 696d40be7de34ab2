package import CommitLog
import Platform
package import Records
import Synchronization

/// Transactions, as Kafka's clients ask for them; nothing here waits.
///
/// Answers are called once: refusals and what is as asked for already before the call returns, the
/// others on the log's writer's thread, which must not be kept waiting, once the change is durable.
extension Broker {
    /// Gives a producer an identity: a new one, or the next epoch of its transactional id.
    ///
    /// A transaction that the id has open is aborted, and whoever had the id before is fenced.
    ///
    /// - Parameters:
    ///   - transactionalID: nil for a producer that is idempotent only.
    ///   - timeout: milliseconds that a transaction may last; without meaning if there is no id.
    ///   - expected: who a producer says it was, if it wants to go on after an error (KIP-360).
    ///   - answer: with the identity.
    package func initializeProducer(
        _ transactionalID: String?, timeout: Int32, expected: ProducerIdentity? = nil,
        answer: @escaping @Sendable (Result<ProducerIdentity, TransactionError>) -> Void
    ) {
        transactions.initialize(
            transactionalID, timeout: timeout, expected: expected, answer: answer)
    }

    /// Makes partitions part of a producer's transaction: all of them, or none.
    package func addPartitions(
        _ partitions: [TopicPartition], to transactionalID: String, by producer: ProducerIdentity,
        answer: @escaping @Sendable (Result<Void, TransactionError>) -> Void
    ) {
        var unknown: [TopicPartition] = []
        var found: [PartitionID: TopicPartition] = [:]
        catalog.withLock { catalog in
            for place in partitions {
                guard let topic = catalog.topics[place.topic],
                    topic.partitions.indices.contains(Int(place.partition))
                else {
                    unknown.append(place)
                    continue
                }
                found[topic.partitions[Int(place.partition)]] = place
            }
        }
        guard unknown.isEmpty else { return answer(.failure(.unknownPartitions(unknown))) }
        transactions.add(found, to: transactionalID, by: producer) { answer($0.map { _ in }) }
    }

    /// Lets a producer's transaction commit positions of a group.
    package func addOffsets(
        of group: String, to transactionalID: String, by producer: ProducerIdentity,
        answer: @escaping @Sendable (Result<Void, TransactionError>) -> Void
    ) {
        transactions.add(group: group, to: transactionalID, by: producer) {
            answer($0.map { _ in })
        }
    }

    /// Keeps positions of a group until a producer's transaction is committed, which makes them
    /// the group's, or aborted.
    ///
    /// Whether the streams exist is the caller's to ask; those that do not when the transaction is
    /// committed are left out.
    package func commitOffsets(
        _ offsets: [TransactionOffset], of group: String, in transactionalID: String,
        by producer: ProducerIdentity,
        answer: @escaping @Sendable (Result<Void, TransactionError>) -> Void
    ) {
        do throws(AppendError) {
            guard try flushSettled(of: Set(offsets.map(\.stream))) else {
                return answer(.failure(.busy))
            }
        } catch {
            return answer(.failure(.storage(error)))
        }
        transactions.commit(offsets, of: group, in: transactionalID, by: producer) {
            answer($0.map { _ in })
        }
    }

    /// Ends a producer's transaction in all its partitions and groups at once.
    package func endTransaction(
        _ transactionalID: String, _ outcome: ControlMarker, by producer: ProducerIdentity,
        answer: @escaping @Sendable (Result<Void, TransactionError>) -> Void
    ) {
        transactions.end(transactionalID, outcome, by: producer) { answer($0.map { _ in }) }
    }

    /// Aborts transactions that have lasted too long and forgets ids that were not used for long, by
    /// the broker's clock; to be called every few seconds.
    package func expireTransactions() { transactions.expire(at: clock.wallMilliseconds) }

    /// A transactional id.
    package func transaction(
        _ transactionalID: String
    ) throws(TransactionError) -> TransactionDescription {
        guard !transactionalID.isEmpty else { throw .invalidRequest }
        guard let found = transactions.describe(transactionalID) else {
            throw .unknownTransactionalID
        }
        return found
    }

    /// All transactional ids, in order.
    package func allTransactions() -> [TransactionDescription] { transactions.describeAll() }

    /// Whether a group's position in a partition waits for the end of a transaction (KIP-447).
    package func hasPendingOffset(of group: String, stream: String, partition: Int32) -> Bool {
        transactions.hasPendingOffset(
            of: group, TopicPartition(topic: stream, partition: partition))
    }

    /// The producers that a partition of a topic remembers, by identity.
    package func producers(
        of topic: String, partition: Int32
    ) throws(BrokerError) -> [ProducerDescription] {
        let record = try topicRecord(topic)
        let count = Int32(record.partitions.count)
        guard record.partitions.indices.contains(Int(partition)) else {
            throw .unknownPartition(topic: topic, partition: partition, count: count)
        }
        guard let found = log.producers(record.partitions[Int(partition)]) else {
            throw .unknownTopic(topic, nearest: nil)
        }
        return found
    }
}
