package import CommitLog

/// Why the coordinator of transactions refuses; nothing has changed.
package enum TransactionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An empty transactional id.
    case invalidRequest
    /// Milliseconds that a client wants its transactions to last at most.
    case invalidTimeout(found: Int32, limit: Int32)
    /// The transactional id belongs to a producer of a later epoch.
    case producerFenced
    /// The transactional id is not known, or belongs to another producer.
    case invalidProducerIDMapping
    /// There is no such transaction to do this with.
    case invalidTransactionState
    /// Something before is not finished: ask again in a moment.
    case concurrentTransactions
    /// Of those to be added, these do not exist; none was added.
    case unknownPartitions([TopicPartition])
    case unknownTransactionalID
    case limit(name: String, found: Int, limit: Int)
    /// Too much waits to be written: ask again in a moment.
    case busy
    case storage(AppendError)

    package var description: String {
        switch self {
        case .invalidRequest: "A transactional id cannot be empty."
        case .invalidTimeout(let found, let limit):
            "A transaction cannot last \(found) ms: 1 to \(limit) are allowed."
        case .producerFenced:
            "Another producer has taken over the transactional id: end this producer."
        case .invalidProducerIDMapping:
            "The transactional id does not belong to this producer: let it begin anew."
        case .invalidTransactionState: "The producer has no transaction to do this with."
        case .concurrentTransactions:
            "What the producer asked for before is not finished: ask again."
        case .unknownPartitions(let partitions):
            "There is no " + partitions.map { "\($0)" }.joined(separator: ", ") + "."
        case .unknownTransactionalID: "No producer has used this transactional id."
        case .limit(let name, let found, let limit):
            "\(name) is \(found), the limit is \(limit)."
        case .busy: "Too much waits to be written: ask again."
        case .storage(let error): error.description
        }
    }
}
