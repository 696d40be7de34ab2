import Bytes
import CommitLog

/// What is durable of a transactional id: whose it is, and the transaction that it has open.
struct TransactionRecord: Sendable, Equatable {
    /// The numbers are on disk.
    enum Phase: UInt8, Sendable {
        /// No transaction since the producer was initialised.
        case empty = 0
        case ongoing = 1
        case committed = 2
        case aborted = 3
    }
    private static let version: UInt8 = 1

    var producer: ProducerIdentity
    /// The identity before, if its producer itself has asked for the next one: the same request,
    /// sent again, gets the same answer (KIP-360).
    var previous: ProducerIdentity?
    /// Milliseconds that a transaction may last.
    var timeout: Int32
    var phase = Phase.empty
    /// Milliseconds since 1970: when the transaction began, and when anything changed.
    var startedAt: Int64
    var updatedAt: Int64
    /// Of the open transaction; by the log's identities, so that a topic of the same name that was
    /// made since is another one.
    var partitions: [PartitionID: TopicPartition] = [:]
    /// Groups whose positions the open transaction may commit.
    var groups: Set<String> = []

    init(producer: ProducerIdentity, timeout: Int32, now: Int64) {
        self.producer = producer
        self.timeout = timeout
        startedAt = now
        updatedAt = now
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version, phase.rawValue]
        Self.append(producer, to: &bytes)
        Self.append(previous ?? ProducerIdentity(id: -1, epoch: -1), to: &bytes)
        bytes.append(littleEndian: timeout)
        bytes.append(littleEndian: startedAt)
        bytes.append(littleEndian: updatedAt)
        bytes.append(count: partitions.count)
        for (id, place) in partitions.sorted(by: { $0.key < $1.key }) {
            bytes.append(littleEndian: id.rawValue)
            bytes.append(text: place.topic)
            bytes.append(littleEndian: place.partition)
        }
        bytes.append(count: groups.count)
        for group in groups.sorted() { bytes.append(text: group) }
        return bytes
    }

    /// Nil if the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard cursor.integer(UInt8.self) == Self.version,
            let phase = cursor.integer(UInt8.self).flatMap(Phase.init(rawValue:)),
            let producer = Self.identity(&cursor), producer.id >= 0, producer.epoch >= 0,
            let previous = Self.identity(&cursor), let timeout = cursor.integer(Int32.self),
            let startedAt = cursor.integer(Int64.self), let updatedAt = cursor.integer(Int64.self),
            let count = cursor.count(limit: BrokerLimits.transactionPartitionCountMax)
        else { return nil }
        self.init(producer: producer, timeout: timeout, now: updatedAt)
        self.phase = phase
        self.startedAt = startedAt
        self.previous = previous.id < 0 ? nil : previous
        for _ in 0..<count {
            guard let id = cursor.integer(UInt32.self), let topic = cursor.text(),
                let partition = cursor.integer(Int32.self)
            else { return nil }
            partitions[PartitionID(rawValue: id)] = TopicPartition(
                topic: topic, partition: partition)
        }
        guard let groupCount = cursor.count(limit: BrokerLimits.transactionGroupCountMax) else {
            return nil
        }
        for _ in 0..<groupCount {
            guard let group = cursor.text() else { return nil }
            groups.insert(group)
        }
        guard cursor.isAtEnd else { return nil }
    }

    private static func append(_ identity: ProducerIdentity, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: identity.id)
        bytes.append(littleEndian: identity.epoch)
    }

    private static func identity(_ cursor: inout ByteCursor) -> ProducerIdentity? {
        guard let id = cursor.integer(Int64.self), let epoch = cursor.integer(Int16.self) else {
            return nil
        }
        return ProducerIdentity(id: id, epoch: epoch)
    }
}
