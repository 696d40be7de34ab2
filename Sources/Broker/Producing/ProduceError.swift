package import CommitLog
package import Records

/// Why a client's batch was not appended.
///
/// Nothing of it is stored, except where ``storage(_:)`` says otherwise.
package enum ProduceError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownTopicOrPartition(topic: String, partition: Int32)
    /// The name is that of a subscription, which is read only.
    case readOnly(subscription: String)
    case batchTooLarge(topic: String, found: Int, limit: Int)
    /// The bytes are no batch, or not as they were sent.
    case corrupt(BatchError)
    /// The batch is whole, and not one that a client may produce.
    case invalidRecord(Refusal)
    /// A topic that keeps the newest record of each key was given a record without one.
    ///
    /// `indexes` are those of such records within the batch, the first of them at least.
    case keylessRecords(topic: String, indexes: [Int])
    /// The batch says that a broker has stamped it, or a record is older, or newer, than the topic
    /// takes.
    case invalidTimestamp(found: Int64, earliest: Int64, latest: Int64)
    /// Batches of the producer before this one are missing.
    case outOfOrderSequence(producerID: Int64, expected: Int32, found: Int32)
    /// A producer with a later epoch has taken this one's place.
    case invalidProducerEpoch(producerID: Int64, epoch: Int16, current: Int16)
    /// The transaction does not include the partition, or is none.
    case invalidTransactionState(producerID: Int64)
    /// The transaction is just being ended: ask again in a moment.
    case concurrentTransactions(producerID: Int64)
    case storage(AppendError)

    /// What is wrong with a batch that is whole.
    package enum Refusal: String, Sendable, Equatable {
        case control = "only a broker writes control batches"
        case severalBatches = "a request has one batch for a partition"
        case attributes = "attributes are set that mean nothing here"
        case count = "it states no records, or others than its offsets span"
        case sequence = "its producer has an identity and the batch no sequence"
        case producer = "a batch of a transaction needs a producer with an identity"
    }

    package var description: String {
        switch self {
        case .unknownTopicOrPartition(let topic, let partition):
            "There is no topic '\(topic)' with a partition \(partition). "
                + "See all with: sluice topic list"
        case .readOnly(let name):
            "'\(name)' is a subscription, which is only read: produce to its topic."
        case .batchTooLarge(let topic, let found, let limit):
            "A batch of \(found) bytes is larger than topic '\(topic)' takes, \(limit): let the "
                + "client send smaller ones, or raise max.message.bytes of the topic."
        case .corrupt(let error): "The batch was refused: \(error)."
        case .invalidRecord(let refusal): "The batch was refused: \(refusal.rawValue)."
        case .keylessRecords(let topic, let indexes):
            "Topic '\(topic)' keeps the newest record of each key (cleanup.policy=compact), and "
                + "record \(indexes.first ?? 0) of the batch has no key: give it one."
        case .invalidTimestamp(let found, let earliest, let latest):
            "The batch has a record of the time \(found), and \(earliest) to \(latest) are taken "
                + "now: look at the client's clock, or change message.timestamp.before.max.ms and "
                + "message.timestamp.after.max.ms of the topic."
        case .outOfOrderSequence(let producer, let expected, let found):
            "Producer \(producer) sends sequence \(found) where \(expected) is next: batches "
                + "before it are missing."
        case .invalidProducerEpoch(let producer, let epoch, let current):
            "Producer \(producer) has epoch \(epoch), and epoch \(current) has taken its place: "
                + "end this producer."
        case .invalidTransactionState(let producer):
            "Producer \(producer) has no open transaction that includes the partition."
        case .concurrentTransactions(let producer):
            "The transaction of producer \(producer) is just being ended: send it again."
        case .storage(let error): error.description
        }
    }
}
