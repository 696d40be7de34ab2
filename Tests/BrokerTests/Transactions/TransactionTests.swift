import Bytes
import CommitLog
import Platform
import Records
import Testing

@testable import Broker

@Suite("Transactions")
struct TransactionTests {
    private static let both = [0, 1].map { TopicPartition(topic: "t", partition: $0) }

    private static func open(_ harness: BrokerHarness) throws -> Broker {
        let broker = try harness.open()
        if !broker.hasTopic("t") { try broker.createTopic("t", TopicSettings(partitionCount: 2)) }
        return broker
    }

    /// Whether readers of committed records see everything: nothing is undecided.
    static func isDecided(_ broker: Broker) -> Bool {
        broker.log.openTransactions().isEmpty
            && broker.log.partitions().allSatisfy {
                broker.log.stableView($0.id, from: $0.start)?.lastStableOffset == $0.end
            }
    }

    @Test("A committed transaction appears in all its partitions at once, an aborted one nowhere")
    func outcomes() throws {
        let harness = BrokerHarness()
        var broker = try Self.open(harness)
        var client = try TransactionClient(broker, "x")
        #expect(client.add(Self.both) == nil)
        client.produce(["a", "b"], "t", 0)
        client.produce(["c"], "t", 1)
        #expect(try BrokerHarness.values(broker, "t") == [[], []])
        #expect(client.end(.commit) == nil)
        #expect(try BrokerHarness.values(broker, "t") == [["a", "b"], ["c"]])
        #expect(client.end(.commit) == nil, "sent again")
        #expect(client.end(.abort) == .invalidTransactionState)
        #expect(client.add([Self.both[0]]) == nil)
        #expect(client.produce(["d"], "t", 0) == nil)
        #expect(
            client.produce(["e"], "t", 1)
                == .invalidTransactionState(producerID: client.identity.id))
        #expect(client.end(.abort) == nil)
        #expect(client.end(.abort) == nil)
        #expect(client.end(.commit) == .invalidTransactionState)
        #expect(
            client.produce(["f"], "t", 0)
                == .invalidTransactionState(producerID: client.identity.id))
        #expect(Self.isDecided(broker))
        for _ in 0..<2 {
            #expect(try BrokerHarness.values(broker, "t") == [["a", "b"], ["c"]])
            try broker.close()
            broker = try harness.open()
        }
        try broker.close()
    }

    @Test("Positions of a group are committed with the records, or not at all")
    func offsets() throws {
        let harness = BrokerHarness()
        var broker = try Self.open(harness)
        try broker.createTopic("gone", TopicSettings())
        let client = try TransactionClient(broker, "x")
        func position(_ offset: Int64) -> GroupPosition {
            GroupPosition(offset: RecordOffset(rawValue: offset), savedAt: 5)
        }
        func saved() throws -> [Int32: Int64] {
            try broker.groupPositions("g", stream: "t").mapValues { $0.offset.rawValue }
        }
        let first = TransactionOffset(stream: "t", partition: 0, position: position(7))
        #expect(client.commitOffsets([first], "g") == .invalidTransactionState)
        #expect(client.addOffsets("g") == nil)
        #expect(client.commitOffsets([first], "h") == .invalidTransactionState)
        #expect(client.commitOffsets([first], "g") == nil)
        #expect(client.commitOffsets([], "g") == nil)
        #expect(broker.hasPendingOffset(of: "g", stream: "t", partition: 0))
        #expect(!broker.hasPendingOffset(of: "g", stream: "t", partition: 1))
        #expect(!broker.hasPendingOffset(of: "h", stream: "t", partition: 0))
        #expect(try saved().isEmpty)
        // They wait through a restart, as does the transaction.
        try broker.close()
        broker = try harness.open()
        let again = TransactionClient(broker, resuming: client)
        #expect(broker.hasPendingOffset(of: "g", stream: "t", partition: 0))
        let later = [
            TransactionOffset(stream: "t", partition: 0, position: position(8)),
            TransactionOffset(stream: "t", partition: 1, position: position(3)),
            TransactionOffset(stream: "gone", partition: 0, position: position(1)),
        ]
        #expect(again.commitOffsets(later, "g") == nil)
        try broker.deleteTopic("gone")
        #expect(again.end(.commit) == nil)
        #expect(try saved() == [0: 8, 1: 3])
        #expect(try broker.groupPositions("g", stream: "gone").isEmpty)
        #expect(!broker.hasPendingOffset(of: "g", stream: "t", partition: 0))
        #expect(again.addOffsets("g") == nil)
        #expect(again.commitOffsets([first], "g") == nil)
        #expect(again.end(.abort) == nil)
        #expect(try saved() == [0: 8, 1: 3])
        #expect(broker.log.entries(table: StateTable.pendingOffsets.rawValue).isEmpty)
        try broker.close()
    }

    @Test("A new producer of the id aborts what the old one left, and fences it everywhere")
    func fencing() throws {
        let broker = try Self.open(BrokerHarness())
        var zombie = try TransactionClient(broker, "x")
        #expect(zombie.add(Self.both) == nil)
        zombie.produce(["lost"], "t", 0)
        var client = try TransactionClient(broker, "x")
        #expect(client.identity == ProducerIdentity(id: zombie.identity.id, epoch: 1))
        #expect(Self.isDecided(broker))
        #expect(
            zombie.produce(["late"], "t", 0)
                == .invalidProducerEpoch(producerID: zombie.identity.id, epoch: 0, current: 1))
        #expect(zombie.add(Self.both) == .producerFenced)
        #expect(zombie.addOffsets("g") == .producerFenced)
        #expect(zombie.end(.commit) == .producerFenced)
        #expect(client.add(Self.both) == nil)
        #expect(client.produce(["b"], "t", 0) == nil)
        #expect(client.end(.commit) == nil)
        #expect(try BrokerHarness.values(broker, "t") == [["b"], []])
        #expect(
            try broker.producers(of: "t", partition: 0).map { "\($0.epoch) \($0.lastSequence)" }
                == ["1 0"])
        try broker.close()
    }

    @Test("A transaction that lasts too long is aborted; its producer can begin anew")
    func timeout() throws {
        var harness = BrokerHarness()
        var broker = try Self.open(harness)
        var client = try TransactionClient(broker, "x", timeout: 1_000)
        #expect(client.add(Self.both) == nil)
        client.produce(["a"], "t", 0)
        harness.clock.advance(by: .milliseconds(999))
        broker.expireTransactions()
        try broker.log.checkpoint()
        #expect(!Self.isDecided(broker))
        // The machine fails; the time goes on.
        harness.crash(.unsyncedLost)
        broker = try harness.open()
        client = TransactionClient(broker, resuming: client)
        #expect(client.produce(["b"], "t", 0) == nil)
        harness.clock.advance(by: .milliseconds(1))
        broker.expireTransactions()
        try broker.log.checkpoint()  // Behind it in the queue.
        #expect(Self.isDecided(broker))
        #expect(client.end(.commit) == .producerFenced)
        #expect(
            client.produce(["c"], "t", 0)
                == .invalidProducerEpoch(producerID: client.identity.id, epoch: 0, current: 1))
        #expect(try broker.transaction("x").status == .completeAbort)
        try client.initialize()
        #expect(client.identity.epoch == 2)
        #expect(try BrokerHarness.values(broker, "t") == [[], []])
        harness.clock.advance(by: .milliseconds(BrokerLimits.transactionalIDExpiryMilliseconds))
        broker.expireTransactions()
        try broker.log.checkpoint()
        #expect(throws: TransactionError.unknownTransactionalID) { try broker.transaction("x") }
        #expect(client.add(Self.both) == .invalidProducerIDMapping)
        #expect(broker.log.entries(table: StateTable.transactions.rawValue).isEmpty)
        try client.initialize()
        #expect(client.identity.epoch == 0)
        try broker.close()
    }

    @Test("Every producer gets an identity of its own, also after a crash")
    func identities() throws {
        var harness = BrokerHarness()
        var seen: Set<Int64> = []
        for round in 0..<3 {
            let broker = try Self.open(harness)
            let count = Int(BrokerLimits.producerIDBlockCount) / 2 + 10
            for _ in 0..<count {
                let identity = try TransactionClient.initialize(broker, nil).get()
                #expect(identity.epoch == 0)
                seen.insert(identity.id)
            }
            #expect(seen.count == (round + 1) * count)
            harness.crash(.unsyncedLost)
        }
    }

    @Test("What no producer may ask for is refused")
    func refusals() throws {
        let broker = try Self.open(BrokerHarness())
        func begin(_ id: String?, _ timeout: Int32 = 1) -> TransactionError? {
            if case .failure(let error) = TransactionClient.initialize(broker, id, timeout: timeout)
            {
                error
            } else {
                nil
            }
        }
        #expect(begin("") == .invalidRequest)
        let limit = BrokerLimits.transactionTimeoutMaxMilliseconds
        for timeout in [Int32.min, -1, 0, limit + 1, .max] {
            #expect(begin("x", timeout) == .invalidTimeout(found: timeout, limit: limit))
        }
        for timeout in [1, limit - 1, limit] { #expect(begin("x", timeout) == nil) }
        for delta in -1...1 {
            let length = BrokerLimits.transactionalIDByteCountMax + delta
            #expect((begin(String(repeating: "x", count: length)) == nil) == (delta <= 0))
        }
        var client = try TransactionClient(broker, "x")
        for delta in -1...1 {
            let length = BrokerLimits.transactionGroupByteCountMax + delta
            let error = client.addOffsets(String(repeating: "g", count: length))
            #expect((error == nil) == (delta <= 0))
        }
        #expect(client.end(.abort) == nil)
        let wrong = [
            TopicPartition(topic: "t", partition: 2), .init(topic: "t", partition: -1),
            .init(topic: "none", partition: 0),
        ]
        #expect(client.add(Self.both + wrong) == .unknownPartitions(wrong))
        #expect(try broker.transaction("x").partitions.isEmpty)
        client.identity = ProducerIdentity(id: 77, epoch: 0)
        #expect(client.add(Self.both) == .invalidProducerIDMapping)
        #expect(client.produce(["a"], "t") == .invalidTransactionState(producerID: 77))
        #expect(throws: TransactionError.invalidRequest) { try broker.transaction("") }
        try broker.close()
    }

    @Test("A transaction is shown as it is, and ends also if a topic of it is deleted meanwhile")
    func descriptions() throws {
        let broker = try Self.open(BrokerHarness())
        try broker.createTopic("u", TopicSettings())
        var client = try TransactionClient(broker, "x", timeout: 5_000)
        #expect(try broker.transaction("x").status == .empty)
        let places = [TopicPartition(topic: "u", partition: 0)] + Self.both
        #expect(client.add(places) == nil)
        client.produce(["a"], "u")
        client.produce(["b"], "t", 1)
        let shown = try broker.transaction("x")
        #expect(shown.status == .ongoing && shown.partitions == places.sorted())
        #expect(shown.timeout == 5_000 && shown.startedAt != nil)
        #expect(broker.allTransactions() == [shown])
        #expect(
            try broker.producers(of: "t", partition: 1).map { $0.openTransaction?.rawValue } == [0])
        try broker.deleteTopic("u")
        try broker.createTopic("u", TopicSettings())
        #expect(
            client.produce(["c"], "u") == .invalidTransactionState(producerID: client.identity.id),
            "another topic of the same name")
        #expect(client.end(.commit) == nil)
        #expect(try broker.transaction("x").status == .completeCommit)
        #expect(try BrokerHarness.values(broker, "t") == [[], ["b"]])
        #expect(try BrokerHarness.values(broker, "u") == [[]])
        try broker.close()
    }

    @Test("Records of a transaction that no id answers for are aborted")
    func orphans() throws {
        let broker = try Self.open(BrokerHarness())
        let partition = try broker.topic("t").partitions[0].id
        // As after a repair that has lost the coordinator's state: no client can do it.
        let batch = Clients.batch(
            ["a"], producer: BatchProducer(id: 50, epoch: 2, baseSequence: 0), isTransactional: true
        )
        try broker.log.append(.batches(partition, batch))
        #expect(!Self.isDecided(broker))
        broker.expireTransactions()
        try broker.log.checkpoint()
        #expect(Self.isDecided(broker))
        #expect(try BrokerHarness.values(broker, "t") == [[], []])
        try broker.close()
    }
}
