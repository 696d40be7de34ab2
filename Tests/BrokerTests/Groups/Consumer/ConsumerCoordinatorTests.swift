import Filters
import Platform
import Records
import Synchronization
import Testing

@testable import Broker

@Suite("Consumer groups of a broker")
struct ConsumerCoordinatorTests {
    private static func commit(
        _ broker: Broker, _ offset: Int64, of group: String = "g", by id: String, epoch: Int32,
        on stream: String = "t"
    ) -> GroupError? {
        let waiting = Monitor<[[GroupError?]]>([])
        broker.commitOffsets(
            [OffsetToKeep(stream: stream, partition: 0, offset: RecordOffset(rawValue: offset))],
            of: group, by: MemberIdentity(memberID: id), generation: epoch
        ) { results in
            waiting.withLock { $0.append(results) }
            waiting.notifyAll()
        }
        return waiting.wait { $0.first }?.first ?? .unstable
    }

    private static func join(
        _ broker: Broker, _ id: String, topics: [String]? = ["t"], pattern: String? = nil,
        group: String = "g"
    ) throws -> ConsumerHeartbeatAnswer {
        var beat = ConsumerScript.joining(id, topics: topics, pattern: pattern)
        beat.group = group
        return try broker.heartbeat(beat)
    }

    private static func live(_ broker: Broker, _ id: String, epoch: Int32) throws
        -> ConsumerHeartbeatAnswer
    {
        try broker.heartbeat(ConsumerHeartbeat(group: "g", memberID: id, epoch: epoch))
    }

    private static func joinClassic(_ broker: Broker) -> Result<JoinedGroup, GroupError>? {
        let answers = Monitor<[Result<JoinedGroup, GroupError>]>([])
        broker.groupCoordinator.join(GroupScript.request()) { answer in
            answers.withLock { $0.append(answer) }
        }
        return answers.withLock { $0.first }
    }

    private static func delete(_ broker: Broker) -> GroupError? {
        let answers = Monitor<[GroupError?]>([])
        broker.deleteGroup("g") { error in
            answers.withLock { $0.append(error) }
            answers.notifyAll()
        }
        return answers.wait { $0.first } ?? nil
    }

    @Test("A member reads topics and subscriptions, those too that are made later")
    func topics() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        let joined = try Self.join(broker, "", topics: ["t", "s"])
        #expect(joined.assignment?.topics.map(\.partitions) == [[0, 1]])
        let id = joined.memberID
        #expect(try Self.live(broker, id, epoch: 1).assignment == nil)
        try broker.createTopic("other", TopicSettings())
        #expect(try Self.live(broker, id, epoch: 1).epoch == 1)
        try broker.createSubscription(
            "s", topic: "t", filter: FilterDefinition(pattern: "x"))
        let more = try Self.live(broker, id, epoch: 1)
        #expect(more.epoch == 2)
        #expect(more.assignment?.topics.map(\.partitions) == [[0, 1], [0, 1]])
        let details = try broker.consumerGroupDetails("g")
        #expect(details.phase == .stable && details.epoch == 2 && details.members.count == 1)
        #expect(Set(details.topicNames.values) == ["t", "s"])
        #expect(details.members.first?.assigned == details.members.first?.target)
        #expect(throws: GroupError.unknownGroup) { try broker.groupDetails("g") }
        try broker.close()
    }

    @Test("A pattern is matched with all names, and again when there are others")
    func patterns() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("a1", TopicSettings())
        try broker.createTopic("b", TopicSettings())
        let beat = ConsumerScript.joining("m", topics: nil, pattern: "a.")
        #expect(broker.needsMatching(beat))
        #expect(try broker.heartbeat(beat).assignment?.topics.count == 1)
        #expect(!broker.needsMatching(beat))
        #expect(!broker.needsMatching(ConsumerHeartbeat(group: "g", memberID: "m", epoch: 1)))
        try broker.createTopic("a2", TopicSettings())
        #expect(broker.needsMatching(ConsumerHeartbeat(group: "g", memberID: "m", epoch: 1)))
        #expect(try Self.live(broker, "m", epoch: 1).assignment?.topics.count == 2)
        #expect(throws: GroupError.self) { try Self.join(broker, "n", topics: nil, pattern: "(") }
        #expect(try broker.consumerGroupDetails("g").members.count == 1)
        try broker.close()
    }

    @Test("A group without members may become one of the other protocol; one with members may not")
    func kinds() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        _ = try Self.join(broker, "m")
        #expect(Self.joinClassic(broker) == .failure(.inconsistentProtocol))
        let member = MemberIdentity(memberID: "m")
        #expect(throws: GroupError.unknownMember) {
            try broker.groupCoordinator.heartbeat("g", member, generation: 1)
        }
        #expect(
            try broker.groupCoordinator.leave("g", [member]).map(\.refusal) == [.unknownMember])
        #expect(try broker.groupOverviews().map(\.kind) == [.consumer(.stable)])
        #expect(broker.groupCoordinator.counts == (1, 1))
        #expect(Self.delete(broker) == .groupNotEmpty)
        let left = try Self.live(broker, "m", epoch: ConsumerHeartbeat.leave)
        #expect(left.epoch == -1 && left.memberID == "m")
        #expect(try broker.groupOverviews().map(\.kind) == [.consumer(.empty)])
        let joined = try #require(try Self.joinClassic(broker)?.get())
        #expect(throws: GroupError.otherProtocol) { try Self.join(broker, "m") }
        #expect(throws: GroupError.unknownMember) { try Self.live(broker, "m", epoch: 1) }
        #expect(throws: GroupError.unknownGroup) { try broker.consumerGroupDetails("g") }
        _ = try broker.groupCoordinator.leave("g", [MemberIdentity(memberID: joined.memberID)])
        _ = try Self.join(broker, "m")
        #expect(try broker.groupOverviews().map(\.kind) == [.consumer(.stable)])
        _ = try Self.live(broker, "m", epoch: ConsumerHeartbeat.leave)
        #expect(Self.delete(broker) == nil)
        #expect(try broker.groupOverviews() == [])
        try broker.close()
    }

    @Test("Positions outlive the server, members do not: they join again")
    func restart() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        _ = try Self.join(broker, "m")
        #expect(Self.commit(broker, 5, by: "m", epoch: 1) == nil)
        #expect(Self.commit(broker, 6, by: "m", epoch: 2) == .staleEpoch)
        #expect(Self.commit(broker, 6, by: "", epoch: -1) == .unknownMember)
        try broker.close()
        broker = try harness.open()
        #expect(try broker.groupOverviews().map(\.kind) == [.consumer(.empty)])
        #expect(Self.commit(broker, 7, by: "m", epoch: 1) == .unknownMember)
        #expect(throws: GroupError.unknownMember) { try Self.live(broker, "m", epoch: 1) }
        #expect(try Self.join(broker, "m").assignment?.topics.count == 1)
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 0)?.offset.rawValue == 5)
        try broker.checkFetch(of: "g", memberID: "m", epoch: 1)
        try broker.checkFetch(of: "unknown", memberID: "m", epoch: 1)
        #expect(throws: GroupError.staleEpoch) {
            try broker.checkFetch(of: "g", memberID: "m", epoch: 9)
        }
        try broker.close()
    }

    @Test("Sessions end with the broker's clock, and positions of groups without members expire")
    func time() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        try broker.createTopic("u", TopicSettings())
        _ = try Self.join(broker, "m")
        #expect(Self.commit(broker, 5, by: "m", epoch: 1) == nil)
        #expect(Self.commit(broker, 5, by: "m", epoch: 1, on: "u") == nil)
        // Members read t, and not u any more.
        harness.clock.advance(by: .seconds(7 * 24 * 60 * 60))
        #expect(try broker.expireOffsets() == 1)
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 0) != nil)
        broker.groupCoordinator.tick()
        #expect(try broker.groupOverviews().map(\.kind) == [.consumer(.empty)])
        #expect(try broker.expireOffsets() == 0)
        harness.clock.advance(by: .seconds(7 * 24 * 60 * 60))
        #expect(try broker.expireOffsets() == 1)
        #expect(try broker.groupOverviews() == [])
        try broker.close()
    }

    @Test("When the server stops, nobody joins any more")
    func stopping() throws {
        let broker = try BrokerHarness().open()
        broker.groupCoordinator.stop()
        #expect(throws: GroupError.cancelled) { try Self.join(broker, "m") }
        try broker.close()
    }
}

extension Result where Success == Void, Failure == GroupError {
    fileprivate var refusal: GroupError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
