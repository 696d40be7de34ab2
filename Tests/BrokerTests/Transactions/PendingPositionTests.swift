import Platform
import Records
import SystemPackage
import Testing

@testable import Broker
@testable import CommitLog

/// Positions that wait in an open transaction were brought back by its commit when the group, or
/// its positions, were deleted meanwhile.
///
/// Kafka removes them too
/// (`OffsetMetadataManager.deleteAllOffsets`, `deleteOffsets`).
@Suite("Positions in open transactions that are forgotten", .timeLimit(.minutes(1)))
struct PendingPositionTests {
    private static func offset(_ stream: String, _ partition: Int32, _ offset: Int64 = 7)
        -> TransactionOffset
    {
        TransactionOffset(
            stream: stream, partition: partition,
            position: GroupPosition(offset: RecordOffset(rawValue: offset), savedAt: 0))
    }

    private static func wait<Value: Sendable>(
        _ ask: (@escaping @Sendable (Value) -> Void) -> Void
    ) throws -> Value {
        let answer = Monitor<Value?>(nil)
        ask { value in
            answer.withLock { $0 = value }
            answer.notifyAll()
        }
        return try #require(answer.wait { $0 })
    }

    private static func delete(_ group: String, _ broker: Broker) throws -> GroupError? {
        try wait { broker.deleteGroup(group, answer: $0) }
    }

    /// Topics `t` and `u` of two partitions, and a transaction with positions of `g` and `h` on both.
    private static func open(_ harness: BrokerHarness) throws -> (Broker, TransactionClient) {
        let broker = try harness.open()
        for topic in ["t", "u"] {
            try broker.createTopic(topic, TopicSettings(partitionCount: 2))
        }
        let client = try TransactionClient(broker, "x")
        for group in ["g", "h"] {
            #expect(client.addOffsets(group) == nil)
            #expect(
                client.commitOffsets([offset("t", 0), offset("t", 1), offset("u", 0)], group)
                    == nil)
        }
        return (broker, client)
    }

    private static func saved(_ broker: Broker, _ group: String) throws -> [String] {
        try broker.keptOffsets(of: group).flatMap { kept in
            kept.positions.keys.sorted().map { "\(kept.stream)/\($0)" }
        }
    }

    @Test("A commit does not bring back the positions of a group that was deleted meanwhile")
    func deletedGroup() throws {
        let (broker, client) = try Self.open(BrokerHarness())
        #expect(try Self.delete("g", broker) == nil)
        #expect(!broker.hasPendingOffset(of: "g", stream: "t", partition: 0))
        #expect(try Self.delete("g", broker) == .unknownGroup)
        #expect(client.end(.commit) == nil)
        #expect(try Self.saved(broker, "g") == [])
        #expect(try Self.saved(broker, "h") == ["t/0", "t/1", "u/0"])
        try broker.close()
    }

    @Test("The transaction goes on: positions sent behind the deletion are committed")
    func later() throws {
        let harness = BrokerHarness()
        let (broker, client) = try Self.open(harness)
        #expect(try Self.delete("g", broker) == nil)
        #expect(client.commitOffsets([Self.offset("u", 1)], "g") == nil)
        try broker.close()
        let again = try harness.open()
        #expect(TransactionClient(again, resuming: client).end(.commit) == nil)
        #expect(try Self.saved(again, "g") == ["u/1"])
        try again.close()
    }

    @Test("Positions that are forgotten one by one are so in the transaction, too")
    func forgotten() throws {
        let (broker, client) = try Self.open(BrokerHarness())
        let places = [("t", 1), ("u", 1), ("none", 0)].map {
            TopicPartition(topic: $0.0, partition: Int32($0.1))
        }
        let result = try Self.wait { broker.forgetOffsets(places, of: "g", answer: $0) }
        #expect(result == .success([nil, nil, .unknownPartition]))
        #expect(client.end(.commit) == nil)
        #expect(try Self.saved(broker, "g") == ["t/0", "u/0"])
        #expect(try Self.saved(broker, "h") == ["t/0", "t/1", "u/0"])
        try broker.close()
    }

    @Test("A topic, or a subscription, that is made again does not get positions of the old one")
    func madeAgain() throws {
        let (broker, client) = try Self.open(BrokerHarness())
        try broker.createSubscription("s", topic: "u", filter: SubscriptionHarness.filter("1"))
        #expect(client.commitOffsets([Self.offset("s", 0)], "g") == nil)
        try broker.deleteTopic("t")
        try broker.deleteSubscription("s")
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        try broker.createTopic("s", TopicSettings())
        #expect(client.end(.commit) == nil)
        for group in ["g", "h"] { #expect(try Self.saved(broker, group) == ["u/0"]) }
        try broker.close()
    }

    @Test("The command that deletes a group on one topic does so in transactions, too")
    func command() throws {
        let (broker, client) = try Self.open(BrokerHarness())
        try broker.deleteGroup("g", stream: "t")
        #expect(client.end(.commit) == nil)
        #expect(try Self.saved(broker, "g") == ["u/0"])
        try broker.close()
    }
}

/// A deletion and a commit that are both on their way.
@Suite("Deletions of groups and commits at the same time")
struct PendingPositionRaceTests {
    private let log: CommitLog
    private let coordinator: TransactionCoordinator
    private let groups: GroupCoordinator
    private let producer: ProducerIdentity
    private let answers = Monitor<[String]>([])

    init() throws {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        log = try CommitLog.open(
            "/data", SimulatedFileSystem(), ManualClock(), options, startsThreads: false)
        coordinator = try TransactionCoordinator(log, clock: ManualClock())
        groups = try GroupCoordinator(log, settings: GroupSettings(), clock: ManualClock())
        let found = Monitor<ProducerIdentity?>(nil)
        coordinator.initialize("x", timeout: 1_000, expected: nil) { result in
            found.withLock { $0 = try? result.get() }
        }
        while log.driver.writeGroup() > 0 {}
        producer = try #require(found.withLock { $0 })
        try put(.topics, StateKey.make("t"))
        coordinator.add(group: "g", to: "x", by: producer) { _ in }
        write()
        commit()
        write()
    }

    private func put(_ table: StateTable, _ key: [UInt8]) throws {
        let entry = FrameEntry.put(table: table.rawValue, key: key, value: [])
        #expect(coordinator.submit([entry], answer: { _ in }) == nil)
        write()
    }

    private func write() { while log.driver.writeGroup() > 0 {} }

    private func commit() {
        coordinator.commit(
            [
                TransactionOffset(
                    stream: "t", partition: 0,
                    position: GroupPosition(offset: .zero, savedAt: 0))
            ], of: "g", in: "x", by: producer
        ) { _ in }
    }

    private func delete() -> GroupError? {
        coordinator.forget("g") { [groups, coordinator] pending in
            groups.delete("g", streams: [], pending) { _ in coordinator.forgotten("g") }
        }
    }

    private func end() {
        coordinator.end("x", .commit, by: producer) { [answers] result in
            answers.withLock { $0.append((try? result.get()) == nil ? "again" : "committed") }
        }
    }

    private var positions: Int { log.entries(table: StateTable.groupPositions.rawValue).count }

    @Test("A commit behind a deletion that is not yet written is asked for again")
    func commitBehind() throws {
        #expect(delete() == nil)
        end()
        #expect(answers.withLock { $0 } == ["again"])
        write()
        end()
        write()
        #expect(answers.withLock { $0 } == ["again", "committed"])
        #expect(positions == 0)
        try log.close()
    }

    @Test("A deletion behind a commit that is not yet written removes what this one brings")
    func deletionBehind() throws {
        end()
        #expect(delete() == nil)
        write()
        #expect(answers.withLock { $0 } == ["committed"])
        #expect(positions == 0)
        try log.close()
    }

    @Test("Positions on their way when the group is deleted go with it")
    func positionsBefore() throws {
        commit()
        #expect(delete() == nil)
        write()
        end()
        write()
        #expect(positions == 0)
        try log.close()
    }
}
