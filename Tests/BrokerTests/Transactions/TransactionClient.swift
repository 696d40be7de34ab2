import Broker
import Platform
import Records

/// A transactional producer, whose requests wait for their answers.
struct TransactionClient {
    let broker: Broker
    let transactionalID: String
    private let timeout: Int32
    var identity = ProducerIdentity(id: -1, epoch: -1)
    /// The next sequence by partition.
    private var sequences: [TopicPartition: Int32] = [:]

    init(_ broker: Broker, _ transactionalID: String, timeout: Int32 = 60_000) throws {
        self.broker = broker
        self.transactionalID = transactionalID
        self.timeout = timeout
        identity = try Self.initialize(broker, transactionalID, timeout: timeout).get()
    }

    /// The same producer, of a broker that was opened again.
    init(_ broker: Broker, resuming other: TransactionClient) {
        self.broker = broker
        transactionalID = other.transactionalID
        timeout = other.timeout
        identity = other.identity
        sequences = other.sequences
    }

    static func initialize(
        _ broker: Broker, _ transactionalID: String?, timeout: Int32 = 60_000,
        expected: ProducerIdentity? = nil
    ) -> Result<ProducerIdentity, TransactionError> {
        wait { answer in
            broker.initializeProducer(
                transactionalID, timeout: timeout, expected: expected, answer: answer)
        }
    }

    func add(_ places: [TopicPartition]) -> TransactionError? {
        Self.error {
            broker.addPartitions(places, to: transactionalID, by: identity, answer: $0)
        }
    }

    func addOffsets(_ group: String) -> TransactionError? {
        Self.error { broker.addOffsets(of: group, to: transactionalID, by: identity, answer: $0) }
    }

    func commitOffsets(_ offsets: [TransactionOffset], _ group: String) -> TransactionError? {
        Self.error {
            broker.commitOffsets(
                offsets, of: group, in: transactionalID, by: identity, answer: $0)
        }
    }

    func end(_ outcome: ControlMarker) -> TransactionError? {
        Self.error { broker.endTransaction(transactionalID, outcome, by: identity, answer: $0) }
    }

    /// Produces values to a partition as part of the transaction.
    @discardableResult
    mutating func produce(_ values: [String], _ topic: String, _ partition: Int32 = 0)
        -> ProduceError?
    {
        let place = TopicPartition(topic: topic, partition: partition)
        let sequence = sequences[place] ?? 0
        let producer = BatchProducer(
            id: identity.id, epoch: identity.epoch, baseSequence: sequence)
        let batch = Clients.batch(values, producer: producer, isTransactional: true)
        let error = Clients.error(
            Clients.produce(batch, to: topic, partition: partition, broker))
        if error == nil { sequences[place] = sequence + Int32(values.count) }
        return error
    }

    /// Begins a transaction anew after fencing itself or others.
    mutating func initialize(expecting isExpected: Bool = false) throws {
        identity = try Self.initialize(
            broker, transactionalID, timeout: timeout, expected: isExpected ? identity : nil
        ).get()
        sequences = [:]
    }

    private static func error(
        _ ask: (@escaping @Sendable (Result<Void, TransactionError>) -> Void) -> Void
    ) -> TransactionError? {
        if case .failure(let error) = wait(ask) { error } else { nil }
    }

    static func wait<Value: Sendable>(
        _ ask: (@escaping @Sendable (Result<Value, TransactionError>) -> Void) -> Void
    ) -> Result<Value, TransactionError> {
        let waiting = Monitor<[Result<Value, TransactionError>]>([])
        ask { result in
            waiting.withLock { $0.append(result) }
            waiting.notifyAll()
        }
        let answers = waiting.wait { $0.isEmpty ? nil : $0 } ?? []
        precondition(answers.count == 1, "one request, several answers")
        return answers[0]
    }
}
