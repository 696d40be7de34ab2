import CommitLog
import Platform
import Records
import Synchronization
import Testing

@testable import Broker

@Suite("Positions of groups")
struct GroupOffsetTests {
    private static let nobody = MemberIdentity(memberID: "")

    private static func offset(
        _ stream: String, _ partition: Int32, _ offset: Int64, metadata: String = ""
    ) -> OffsetToKeep {
        OffsetToKeep(
            stream: stream, partition: partition, offset: RecordOffset(rawValue: offset),
            leaderEpoch: 7, metadata: metadata)
    }

    /// Waits for an answer.
    private static func wait<Value: Sendable>(
        _ ask: (@escaping @Sendable (Value) -> Void) -> Void
    ) -> Value? {
        let waiting = Monitor<[Value]>([])
        ask { value in
            waiting.withLock { $0.append(value) }
            waiting.notifyAll()
        }
        let answers = waiting.wait { $0.isEmpty ? nil : $0 } ?? []
        return answers.count == 1 ? answers[0] : nil
    }

    private static func commit(
        _ broker: Broker, _ offsets: [OffsetToKeep], of group: String = "g",
        by member: MemberIdentity = nobody, generation: Int32 = -1
    ) -> [GroupError?]? {
        wait {
            broker.commitOffsets(offsets, of: group, by: member, generation: generation, answer: $0)
        }
    }

    /// A member that has joined, and has got its assignment.
    private static func join(
        _ broker: Broker, _ group: String, topics: [String] = ["t"], type: String = "consumer"
    ) throws -> MemberIdentity {
        var metadata: [UInt8] = [0, 0, 0, 0, 0, UInt8(topics.count)]
        for topic in topics { metadata += [0, UInt8(topic.utf8.count)] + Array(topic.utf8) }
        var join = GroupScript.request(type: type, protocols: [("range", metadata)])
        join.group = group
        let request = join
        let joined = try #require(
            try wait { broker.groupCoordinator.join(request, answer: $0) }?.get())
        let sync = GroupSync(group: group, generation: 1, memberID: joined.memberID)
        _ = wait { broker.groupCoordinator.sync(sync, answer: $0) }
        return MemberIdentity(memberID: joined.memberID)
    }

    @Test("Positions are kept with their epochs and words, after a restart too")
    func keep() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        let offsets = [Self.offset("t", 0, 3, metadata: "mine"), Self.offset("t", 1, 4)]
        #expect(Self.commit(broker, offsets) == [nil, nil])
        try broker.close()
        broker = try harness.open()
        let kept = try #require(try broker.keptOffset(of: "g", stream: "t", partition: 0))
        #expect(kept.offset.rawValue == 3 && kept.leaderEpoch == 7 && kept.metadata == "mine")
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 2) == nil)
        #expect(try broker.keptOffset(of: "h", stream: "t", partition: 0) == nil)
        let all = try broker.keptOffsets(of: "g")
        #expect(all.map(\.stream) == ["t"])
        #expect(all.first?.positions.mapValues(\.offset.rawValue) == [0: 3, 1: 4])
        #expect(try broker.groupOverviews().map(\.kind) == [.classic(.empty)])
        try broker.close()
    }

    @Test("Each position is kept or refused by itself")
    func refusals() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        let limit = BrokerLimits.offsetMetadataByteCountMax
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        let results = Self.commit(
            broker,
            [
                Self.offset("t", 1, 0), Self.offset("t", -1, 0), Self.offset("u", 0, 0),
                Self.offset("t", 0, -1), Self.offset("t", 0, 1, metadata: text(limit + 1)),
                Self.offset("t", 0, 5, metadata: text(limit)),
            ])
        #expect(
            results == [
                .unknownPartition, .unknownPartition, .unknownPartition, .invalidOffset(-1),
                .metadataTooLarge(byteCount: limit + 1, limit: limit), nil,
            ])
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 0)?.offset.rawValue == 5)
        try broker.close()
    }

    @Test("A group's name may be empty for positions; it may not be too long")
    func names() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        let limit = BrokerLimits.groupIDByteCountMax
        for (count, refusal) in [(0, nil), (limit, nil), (limit + 1, GroupError.invalidGroupID)] {
            let name = String(repeating: "g", count: count)
            #expect(Self.commit(broker, [Self.offset("t", 0, 1)], of: name) == [refusal])
        }
        #expect(
            Self.wait { broker.deleteGroup(String(repeating: "g", count: limit + 1), answer: $0) }
                == .some(.invalidGroupID))
        try broker.close()
    }

    @Test("Only members commit for a group that has some")
    func members() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        let offsets = [Self.offset("t", 0, 1)]
        #expect(Self.commit(broker, offsets, generation: 3) == [.illegalGeneration])
        let member = try Self.join(broker, "g")
        #expect(Self.commit(broker, offsets) == [.unknownMember])
        #expect(Self.commit(broker, offsets, by: member, generation: 1) == [nil])
        #expect(Self.commit(broker, offsets, by: member, generation: 0) == [.illegalGeneration])
        #expect(Self.commit(broker, [], by: member, generation: 0) == [])
        _ = try broker.groupCoordinator.leave("g", [member])
        #expect(Self.commit(broker, offsets, by: member, generation: 1) == [.unknownMember])
        #expect(Self.commit(broker, offsets) == [nil])
        try broker.close()
    }

    @Test("Commits with a transaction ask for a member only from those who say who they are")
    func transactional() throws {
        let broker = try BrokerHarness().open()
        func refusal(_ member: MemberIdentity, _ generation: Int32) -> GroupError? {
            do throws(GroupError) {
                try broker.checkTransactionalCommit(
                    of: "g", by: member, generation: generation)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(Self.nobody, -1) == nil)
        #expect(refusal(MemberIdentity(memberID: "m"), 1) == .unknownMember)
        let member = try Self.join(broker, "g")
        #expect(refusal(Self.nobody, -1) == nil)
        #expect(refusal(member, 1) == nil)
        #expect(refusal(member, 2) == .illegalGeneration)
        try broker.close()
    }

    @Test("A subscription's positions are its own, beside its topic's")
    func subscription() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        try broker.createSubscription(
            "s", topic: "t", filter: SubscriptionHarness.filter("02468"))
        #expect(
            Self.commit(broker, [Self.offset("s", 1, 8), Self.offset("t", 1, 9)]) == [nil, nil])
        #expect(try broker.keptOffset(of: "g", stream: "s", partition: 1)?.offset.rawValue == 8)
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 1)?.offset.rawValue == 9)
        try broker.close()
    }

    @Test("A position that waits for a transaction is not stable")
    func unstable() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        #expect(Self.commit(broker, [Self.offset("t", 0, 1)]) == [nil])
        let client = try TransactionClient(broker, "x")
        #expect(client.addOffsets("g") == nil)
        let position = GroupPosition(offset: RecordOffset(rawValue: 5), savedAt: 0)
        let offset = TransactionOffset(stream: "t", partition: 0, position: position)
        #expect(client.commitOffsets([offset], "g") == nil)
        #expect(throws: GroupError.unstable) {
            try broker.keptOffset(of: "g", stream: "t", partition: 0, isStable: true)
        }
        #expect(try broker.keptOffset(of: "g", stream: "t", partition: 0)?.offset.rawValue == 1)
        #expect(client.end(.commit) == nil)
        let kept = try broker.keptOffset(of: "g", stream: "t", partition: 0, isStable: true)
        #expect(kept?.offset.rawValue == 5)
        try broker.close()
    }

    @Test("A group is deleted with all its positions, unless it has members or is unknown")
    func delete() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        try broker.createTopic("u", TopicSettings())
        func delete(_ group: String) -> GroupError?? {
            Self.wait { broker.deleteGroup(group, answer: $0) }
        }
        #expect(delete("g") == .some(.unknownGroup))
        let member = try Self.join(broker, "g")
        let offsets = [Self.offset("t", 0, 1), Self.offset("u", 0, 1)]
        #expect(Self.commit(broker, offsets, by: member, generation: 1) == [nil, nil])
        #expect(Self.commit(broker, offsets, of: "gg") == [nil, nil])
        #expect(delete("g") == .some(.groupNotEmpty))
        _ = try broker.groupCoordinator.leave("g", [member])
        #expect(delete("g") == .some(nil))
        #expect(throws: GroupError.unknownGroup) { try broker.groupDetails("g") }
        #expect(try broker.groupDetails("gg").overview.kind == .classic(.empty))
        try broker.close()
        broker = try harness.open()
        #expect(try broker.groupOverviews().map(\.group) == ["gg"])
        try broker.close()
    }

    /// A client that had waited for as long as a session lasts was told that there were members, until
    /// the next tick.
    @Test("A group is deleted as soon as the session of its last member has ended")
    func deleteWhenOver() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        _ = try Self.join(broker, "g")
        harness.clock.advance(by: .seconds(10) - .milliseconds(1))
        func delete() -> GroupError?? { Self.wait { broker.deleteGroup("g", answer: $0) } }
        #expect(delete() == .some(.groupNotEmpty))
        harness.clock.advance(by: .milliseconds(1))
        #expect(delete() == .some(nil))
        try broker.close()
    }

    @Test("Positions are forgotten one by one, except on topics that members read")
    func forget() throws {
        let broker = try BrokerHarness().open()
        for topic in ["t", "u"] { try broker.createTopic(topic, TopicSettings()) }
        let places = [("t", 0), ("u", 0), ("u", 1), ("v", 0)].map {
            TopicPartition(topic: $0.0, partition: Int32($0.1))
        }
        func forget() throws -> Result<[GroupError?], GroupError> {
            try #require(Self.wait { broker.forgetOffsets(places, of: "g", answer: $0) })
        }
        #expect(try forget() == .failure(.unknownGroup))
        #expect(
            Self.commit(broker, [Self.offset("t", 0, 1), Self.offset("u", 0, 1)]) == [nil, nil])
        let member = try Self.join(broker, "g")
        #expect(
            try forget()
                == .success([.subscribedToTopic, nil, .unknownPartition, .unknownPartition]))
        #expect(try broker.keptOffsets(of: "g").map(\.stream) == ["t"])
        _ = try broker.groupCoordinator.leave("g", [member])
        #expect(try forget() == .success([nil, nil, .unknownPartition, .unknownPartition]))
        #expect(try broker.keptOffsets(of: "g").isEmpty)
        try broker.close()
    }

    @Test("Nothing is forgotten of a group whose members are no consumers")
    func forgetOthers() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        _ = try Self.join(broker, "g", type: "connect")
        let places = [TopicPartition(topic: "t", partition: 0)]
        let result = Self.wait { broker.forgetOffsets(places, of: "g", answer: $0) }
        #expect(result == .failure(.groupNotEmpty))
        try broker.close()
    }

    // MARK: Expiry

    private static let week = Duration.seconds(7 * 24 * 60 * 60)

    @Test("A group that nobody uses loses all positions at once, after the retention")
    func expiry() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        #expect(Self.commit(broker, [Self.offset("t", 0, 1)]) == [nil])
        harness.clock.advance(by: .seconds(100))
        #expect(Self.commit(broker, [Self.offset("t", 1, 1)]) == [nil])
        harness.clock.advance(by: Self.week - .milliseconds(1))
        #expect(try broker.expireOffsets() == 0, "the second position is in use")
        harness.clock.advance(by: .milliseconds(1))
        #expect(try broker.expireOffsets() == 2)
        try broker.close()
        let again = try harness.open()
        #expect(try again.groupOverviews() == [])
        try again.close()
    }

    @Test("While a group has members nothing expires; then time begins when the last one goes")
    func expiryOfMembers() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let member = try Self.join(broker, "g")
        #expect(Self.commit(broker, [Self.offset("t", 0, 1)], by: member, generation: 1) == [nil])
        harness.clock.advance(by: Self.week * 2)
        #expect(try broker.expireOffsets() == 0)
        _ = try broker.groupCoordinator.leave("g", [member])
        harness.clock.advance(by: Self.week - .milliseconds(1))
        #expect(try broker.expireOffsets() == 0)
        harness.clock.advance(by: .milliseconds(1))
        #expect(try broker.expireOffsets() == 1)
        #expect(throws: GroupError.unknownGroup) { try broker.groupDetails("g") }
        try broker.close()
    }

    @Test("A restart does not make a group younger; one that had members begins anew")
    func expiryAfterRestart() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let gone = try Self.join(broker, "gone")
        let here = try Self.join(broker, "here")
        for (group, member) in [("gone", gone), ("here", here)] {
            let offsets = [Self.offset("t", 0, 1)]
            #expect(Self.commit(broker, offsets, of: group, by: member, generation: 1) == [nil])
        }
        harness.clock.advance(by: .seconds(1_000))
        _ = try broker.groupCoordinator.leave("gone", [gone])
        harness.clock.advance(by: Self.week - .seconds(1))
        try broker.close()
        broker = try harness.open()
        #expect(
            try broker.groupOverviews().map(\.protocolType) == ["consumer", "consumer"])
        harness.clock.advance(by: .seconds(1))
        #expect(try broker.expireOffsets() == 1)
        #expect(try broker.groupOverviews().map(\.group) == ["here"])
        harness.clock.advance(by: Self.week)
        #expect(try broker.expireOffsets() == 1)
        try broker.close()
    }

    @Test("Members that read other topics let go of what they do not read any more")
    func expiryOfUnsubscribed() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        for topic in ["t", "u"] { try broker.createTopic(topic, TopicSettings()) }
        #expect(
            Self.commit(broker, [Self.offset("t", 0, 1), Self.offset("u", 0, 1)]) == [nil, nil])
        _ = try Self.join(broker, "g", topics: ["t"])
        harness.clock.advance(by: Self.week)
        #expect(try broker.expireOffsets() == 1)
        #expect(try broker.keptOffsets(of: "g").map(\.stream) == ["t"])
        try broker.close()
    }

    @Test("Positions that an open transaction may commit do not expire")
    func expiryInTransaction() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        #expect(Self.commit(broker, [Self.offset("t", 0, 1)]) == [nil])
        harness.clock.advance(by: Self.week)
        let client = try TransactionClient(broker, "x")
        #expect(client.addOffsets("g") == nil)
        #expect(try broker.expireOffsets() == 0)
        #expect(client.end(.abort) == nil)
        #expect(try broker.expireOffsets() == 1)
        try broker.close()
    }

    @Test("A group that never kept a position is forgotten when it is empty")
    func unused() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        let member = try Self.join(broker, "g")
        #expect(try broker.expireOffsets() == 0)
        #expect(try broker.groupOverviews().map(\.kind) == [.classic(.stable)])
        _ = try broker.groupCoordinator.leave("g", [member])
        #expect(try broker.expireOffsets() == 0)
        #expect(try broker.groupOverviews() == [])
        try broker.close()
    }

    @Test("Commits of members race with each other, deletions and expiry; what is answered holds")
    func races() async throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 4))
        await withTaskGroup(of: Void.self) { tasks in
            for partition in 0..<4 as Range<Int32> {
                tasks.addTask {
                    for offset in 1...100 as ClosedRange<Int64> {
                        var result: [GroupError?]
                        repeat {
                            result = await withCheckedContinuation { continuation in
                                broker.commitOffsets(
                                    [Self.offset("t", partition, offset)], of: "g\(partition)",
                                    by: Self.nobody, generation: -1
                                ) { continuation.resume(returning: $0) }
                            }
                        } while result == [.busy]
                        #expect(result == [nil])
                    }
                }
            }
            tasks.addTask {
                for _ in 0..<50 {
                    _ = await withCheckedContinuation { continuation in
                        broker.deleteGroup("other") { continuation.resume(returning: $0) }
                    }
                    #expect((try? broker.expireOffsets()) == 0)
                }
            }
        }
        for partition in 0..<4 as Range<Int32> {
            let kept = try broker.keptOffset(
                of: "g\(partition)", stream: "t", partition: partition)
            #expect(kept?.offset.rawValue == 100)
        }
        #expect(broker.groupCoordinator.directory.withLock { $0.commits.isEmpty })
        try broker.close()
    }
}
