import Broker
import KafkaWire
import Platform
import Records
import Testing

@testable import KafkaGateway

@Suite("Requests of groups, in all their versions", .timeLimit(.minutes(1)))
struct GroupHandlerTests {
    private static let levels = 0...9 as ClosedRange<Int16>
    /// Version 0 of a subscription to the topic "t".
    private static let subscription: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 1, 0x74]

    private static func join(_ memberID: String = "") -> JoinGroupRequest {
        var request = JoinGroupRequest()
        request.groupID = "g"
        request.sessionTimeoutMilliseconds = 10_000
        request.rebalanceTimeoutMilliseconds = 60_000
        request.memberID = memberID
        request.protocolType = "consumer"
        var way = JoinGroupRequest.GroupProtocol()
        way.name = "range"
        way.metadata = subscription
        request.protocols = [way]
        return request
    }

    private static func sync(_ memberID: String, generation: Int32) -> SyncGroupRequest {
        var request = SyncGroupRequest()
        request.groupID = "g"
        request.generationID = generation
        request.memberID = memberID
        request.protocolType = "consumer"
        request.protocolName = "range"
        var assignment = SyncGroupRequest.Assignment()
        assignment.memberID = memberID
        assignment.assignment = [1, 2, 3]
        request.assignments = [assignment]
        return request
    }

    private static func commit(
        _ topic: String, _ memberID: String, generation: Int32, offset: Int64,
        metadata: String? = "mine", partitions: [Int32] = [0]
    ) -> OffsetCommitRequest {
        var request = OffsetCommitRequest()
        request.groupID = "g"
        request.generationIDOrMemberEpoch = generation
        request.memberID = memberID
        var asked = OffsetCommitRequest.Topic()
        asked.name = topic
        asked.partitions = partitions.map { index in
            var partition = OffsetCommitRequest.Topic.Partition()
            partition.index = index
            partition.committedOffset = offset
            partition.committedLeaderEpoch = 5
            partition.committedMetadata = metadata
            return partition
        }
        request.topics = [asked]
        return request
    }

    private static func leave(_ memberID: String) -> LeaveGroupRequest {
        var request = LeaveGroupRequest()
        request.groupID = "g"
        request.memberID = memberID
        var member = LeaveGroupRequest.Member()
        member.memberID = memberID
        request.members = [member]
        return request
    }

    /// Joins as a client of that level does, and brings its own assignment.
    private static func joined(_ door: KafkaDoor, _ level: Int16) async throws -> JoinGroupResponse
    {
        let version = KafkaAPI.joinGroup.version(at: level)
        var answer = try await door.ask(join(), version: version)
        if version >= 4 {
            #expect(answer.errorCode == .memberIDRequired)
            answer = try await door.ask(join(answer.memberID), version: version)
        }
        #expect(answer.errorCode == .none && answer.leader == answer.memberID)
        #expect(answer.memberID.hasPrefix("tester-"))
        #expect(answer.members.map(\.metadata) == [subscription])
        #expect(answer.protocolName == "range")
        #expect(answer.protocolType == (version >= 7 ? "consumer" : nil))
        let synced = try await door.ask(
            sync(answer.memberID, generation: answer.generationID),
            version: KafkaAPI.syncGroup.version(at: level))
        #expect(synced.errorCode == .none && synced.assignment == [1, 2, 3])
        return answer
    }

    @Test(
        "A member joins, lives, keeps positions and goes, whatever versions it speaks",
        arguments: levels)
    func life(level: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let member = try await Self.joined(door, level)

        var heartbeat = HeartbeatRequest()
        heartbeat.groupID = "g"
        heartbeat.generationID = member.generationID
        heartbeat.memberID = member.memberID
        let alive = try await door.ask(heartbeat, version: KafkaAPI.heartbeat.version(at: level))
        #expect(alive.errorCode == .none)

        let commit = Self.commit(
            "t", member.memberID, generation: member.generationID, offset: 4)
        let kept = try await door.ask(commit, version: KafkaAPI.offsetCommit.version(at: level))
        #expect(kept.topics.map(\.name) == ["t"])
        #expect(kept.topics.first?.partitions.map(\.errorCode) == [KafkaErrorCode.none])
        try await Self.checkFetch(door, level)

        let left = try await door.ask(
            Self.leave(member.memberID), version: KafkaAPI.leaveGroup.version(at: level))
        #expect(left.errorCode == .none)
        #expect(left.members.allSatisfy { $0.errorCode == .none })
        var delete = DeleteGroupsRequest()
        delete.groupsNames = ["g"]
        let deleted = try await door.ask(
            delete, version: KafkaAPI.deleteGroups.version(at: level))
        #expect(deleted.results.map(\.errorCode) == [KafkaErrorCode.none])
        try await door.close()
    }

    /// The position that `life` commits, asked for in both ways.
    private static func checkFetch(_ door: KafkaDoor, _ level: Int16) async throws {
        let version = KafkaAPI.offsetFetch.version(at: level)
        var topic = OffsetFetchRequest.Topic()
        topic.name = "t"
        topic.indexes = [0, 1]
        var groupTopic = OffsetFetchRequest.Group.GroupTopic()
        groupTopic.name = "t"
        groupTopic.indexes = [0, 1]
        var one = OffsetFetchRequest.Group()
        one.groupID = "g"
        one.topics = [groupTopic]
        var other = OffsetFetchRequest.Group()
        other.groupID = "other"
        other.topics = nil
        var request = OffsetFetchRequest()
        request.groupID = "g"
        request.topics = [topic]
        request.groups = [one, other]
        let answer = try await door.ask(request, version: version)
        if version >= 8 {
            #expect(answer.groups.map(\.groupID) == ["g", "other"])
            #expect(answer.groups[1].topics.isEmpty && answer.groups[1].errorCode == .none)
            let partitions = try #require(answer.groups[0].topics.first?.partitions)
            #expect(partitions.map(\.committedOffset) == [4, -1])
            #expect(partitions.map(\.committedLeaderEpoch) == [5, -1])
            #expect(partitions.map(\.metadata) == ["mine", ""])
        } else {
            let partitions = try #require(answer.topics.first?.partitions)
            #expect(partitions.map(\.committedOffset) == [4, -1])
            let epoch: Int32 =
                version >= 5 && KafkaAPI.offsetCommit.version(at: level) >= 6 ? 5 : -1
            #expect(partitions.map(\.committedLeaderEpoch) == [epoch, -1])
            #expect(partitions.map(\.errorCode) == [.none, .none])
        }
        guard version >= 2 else { return }
        request.topics = nil
        request.groups[0].topics = nil
        let all = try await door.ask(request, version: version)
        let offsets =
            version >= 8
            ? all.groups[0].topics.flatMap(\.partitions).map(\.committedOffset)
            : all.topics.flatMap(\.partitions).map(\.committedOffset)
        #expect(offsets == [4])
    }

    @Test("Refusals can be said in all versions", arguments: levels)
    func refusals(level: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let version = KafkaAPI.joinGroup.version(at: level)
        var short = Self.join()
        short.sessionTimeoutMilliseconds = 5_999
        let joined = try await door.ask(short, version: version)
        #expect(joined.errorCode == .invalidSessionTimeout && joined.generationID == -1)
        #expect(joined.protocolName == (version >= 7 ? nil : ""))
        let unknown = try await door.ask(Self.join("m"), version: version)
        #expect(unknown.errorCode == .unknownMemberID && unknown.memberID == "m")
        let synced = try await door.ask(
            Self.sync("m", generation: 1), version: KafkaAPI.syncGroup.version(at: level))
        #expect(synced.errorCode == .unknownMemberID)
        let left = try await door.ask(
            Self.leave("m"), version: KafkaAPI.leaveGroup.version(at: level))
        let isPerMember = KafkaAPI.leaveGroup.version(at: level) >= 3
        #expect(left.errorCode == (isPerMember ? .none : .unknownMemberID))
        #expect(left.members.map(\.errorCode) == (isPerMember ? [.unknownMemberID] : []))
        let kept = try await door.ask(
            Self.commit("t", "m", generation: 1, offset: 1, partitions: [0, 1]),
            version: KafkaAPI.offsetCommit.version(at: level))
        #expect(
            kept.topics.flatMap(\.partitions).map(\.errorCode) == [
                .illegalGeneration, .illegalGeneration,
            ])
        try await door.close()
    }

    @Test("Positions are refused one by one")
    func positions() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        func codes(_ request: OffsetCommitRequest) async throws -> [KafkaErrorCode] {
            try await door.ask(request).topics.flatMap(\.partitions).map(\.errorCode)
        }
        let several = Self.commit("t", "", generation: -1, offset: 1, partitions: [1, 0, -1])
        #expect(
            try await codes(several)
                == [.unknownTopicOrPartition, .none, .unknownTopicOrPartition])
        let none = Self.commit("u", "", generation: -1, offset: 1)
        #expect(try await codes(none) == [.unknownTopicOrPartition])
        let long = Self.commit(
            "t", "", generation: -1, offset: 1, metadata: String(repeating: "x", count: 4_097))
        #expect(try await codes(long) == [.offsetMetadataTooLarge])
        let null = Self.commit("t", "", generation: -1, offset: 9, metadata: nil)
        #expect(try await codes(null) == [KafkaErrorCode.none])
        #expect(
            try door.broker.keptOffset(of: "g", stream: "t", partition: 0)?.offset.rawValue == 9)
        try await door.close()
    }

    @Test(
        "Groups are listed by state and kind, and described; unknown ones are dead",
        arguments: 0...5 as ClosedRange<Int16>)
    func looking(level: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let member = try await Self.joined(door, 9)
        var simple = Self.commit("t", "", generation: -1, offset: 1)
        simple.groupID = "simple"
        _ = try await door.ask(simple)
        let version = KafkaAPI.listGroups.version(at: level)
        func list(_ states: [String], _ types: [String]) async throws -> [String] {
            var request = ListGroupsRequest()
            request.statesFilter = states
            request.typesFilter = types
            return try await door.ask(request, version: version).groups.map(\.groupID)
        }
        #expect(try await list([], []) == ["g", "simple"])
        if version >= 4 { #expect(try await list(["stable"], []) == ["g"]) }
        if version >= 5 {
            #expect(try await list(["Empty"], ["Classic"]) == ["simple"])
            #expect(try await list([], ["consumer"]) == [])
        }
        var request = DescribeGroupsRequest()
        request.groups = ["g", "simple", "none"]
        let described = try await door.ask(
            request, version: KafkaAPI.describeGroups.version(at: level)
        ).groups
        #expect(described.map(\.groupState) == ["Stable", "Empty", "Dead"])
        #expect(described.map(\.protocolType) == ["consumer", "", ""])
        #expect(described.map(\.authorizedOperations) == [.min, .min, .min])
        request.includeAuthorizedOperations = true
        let permitted = try await door.ask(request)
        // Read, Delete, Describe, DescribeConfigs, AlterConfigs.
        let bits: Int32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11
        #expect(permitted.groups.map(\.authorizedOperations) == [bits, bits, bits])
        let shown = try #require(described[0].members.first)
        #expect(shown.memberID == member.memberID && shown.clientID == "tester")
        #expect(shown.memberAssignment == [1, 2, 3])
        #expect(shown.memberMetadata == Self.subscription)
        try await door.close()
    }

    @Test("Positions on topics that members read are not forgotten")
    func forget() async throws {
        let door = try KafkaDoor()
        for name in ["t", "u"] { try door.broker.createTopic(name, TopicSettings()) }
        func forget(_ group: String) async throws -> OffsetDeleteResponse {
            var request = OffsetDeleteRequest()
            request.groupID = group
            request.topics = ["t", "u"].map { name in
                var topic = OffsetDeleteRequest.Topic()
                topic.name = name
                var partition = OffsetDeleteRequest.Topic.Partition()
                partition.index = 0
                topic.partitions = [partition]
                return topic
            }
            return try await door.ask(request)
        }
        #expect(try await forget("g").errorCode == .groupIDNotFound)
        let member = try await Self.joined(door, 9)
        for topic in ["t", "u"] {
            let commit = Self.commit(
                topic, member.memberID, generation: member.generationID, offset: 1)
            _ = try await door.ask(commit)
        }
        let answer = try await forget("g")
        #expect(answer.errorCode == .none)
        #expect(
            answer.topics.flatMap(\.partitions).map(\.errorCode) == [
                .groupSubscribedToTopic, .none,
            ])
        #expect(try door.broker.keptOffsets(of: "g").map(\.stream) == ["t"])
        var delete = DeleteGroupsRequest()
        delete.groupsNames = ["g", "none"]
        #expect(
            try await door.ask(delete).results.map(\.errorCode)
                == [.nonEmptyGroup, .groupIDNotFound])
        try await door.close()
    }

    @Test(
        "A client that goes, and a server that stops, end a join that waits",
        arguments: [false, true])
    func ending(isServer: Bool) async throws {
        let door = try KafkaDoor()
        _ = try await Self.joined(door, 0)
        // Joins as another member, which has to wait for the first.
        async let waiting = door.ask(Self.join(), version: 0)
        while door.broker.groupCoordinator.counts.members < 2 { await Task.yield() }
        if isServer { door.service.stop() } else { try await door.closeConnection() }
        #expect(try await waiting.errorCode == .coordinatorNotAvailable)
        #expect(door.broker.groupCoordinator.counts.members == 1)
        try await door.close()
    }
}
