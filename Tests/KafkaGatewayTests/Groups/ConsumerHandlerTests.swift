import Broker
import Filters
import KafkaWire
import NIOCore
import Platform
import Records
import Testing

@testable import KafkaGateway

@Suite("Requests of consumer groups (KIP-848)", .timeLimit(.minutes(1)))
struct ConsumerHandlerTests {
    private static func join(
        _ id: String, topics: [String]? = ["t"], regex: String? = nil
    ) -> ConsumerGroupHeartbeatRequest {
        var request = ConsumerGroupHeartbeatRequest()
        request.groupID = "g"
        request.memberID = id
        request.rebalanceTimeoutMilliseconds = 60_000
        request.subscribedTopicNames = topics
        request.subscribedTopicRegex = regex
        request.topicPartitions = []
        return request
    }

    private static func beat(_ id: String, epoch: Int32) -> ConsumerGroupHeartbeatRequest {
        var request = ConsumerGroupHeartbeatRequest()
        request.groupID = "g"
        request.memberID = id
        request.memberEpoch = epoch
        return request
    }

    private static func commit(_ id: String, epoch: Int32, _ offset: Int64) -> OffsetCommitRequest {
        var request = OffsetCommitRequest()
        request.groupID = "g"
        request.memberID = id
        request.generationIDOrMemberEpoch = epoch
        var topic = OffsetCommitRequest.Topic()
        topic.name = "t"
        var partition = OffsetCommitRequest.Topic.Partition()
        partition.committedOffset = offset
        topic.partitions = [partition]
        request.topics = [topic]
        return request
    }

    private static func fetch(_ id: String?, epoch: Int32) -> OffsetFetchRequest {
        var request = OffsetFetchRequest()
        var group = OffsetFetchRequest.Group()
        group.groupID = "g"
        group.memberID = id
        group.memberEpoch = epoch
        group.topics = nil
        request.groups = [group]
        return request
    }

    @Test(
        "A member joins, gets its partitions by their topic's id, lives and goes",
        arguments: 0...1 as ClosedRange<Int16>)
    func life(version: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings(partitionCount: 3))
        let id = try #require(door.broker.readableTopic("t")?.id)
        let nameless = try await door.ask(Self.join(""), version: version)
        #expect(nameless.errorCode == (version == 0 ? .none : .invalidRequest))
        #expect((nameless.errorMessage == nil) == (version == 0))
        if version == 0 {
            let made = try #require(nameless.memberID)
            let left = try await door.ask(Self.beat(made, epoch: -1), version: version)
            #expect(left.errorCode == .none && left.memberEpoch == -1)
        }
        let joined = try await door.ask(Self.join("m"), version: version)
        #expect(joined.errorCode == .none && joined.memberID == "m")
        #expect(joined.heartbeatIntervalMilliseconds == 5_000)
        let given = try #require(joined.assignment?.topicPartitions.first)
        #expect(given.topicID == WireUUID(id) && given.partitions == [0, 1, 2])
        var acknowledgement = Self.beat("m", epoch: joined.memberEpoch)
        acknowledgement.topicPartitions = [given]
        let alive = try await door.ask(acknowledgement, version: version)
        #expect(alive.errorCode == .none && alive.assignment == nil)
        #expect(alive.memberEpoch == joined.memberEpoch)
        let left = try await door.ask(Self.beat("m", epoch: -1), version: version)
        #expect(left.errorCode == .none && left.memberEpoch == -1)
        let gone = try await door.ask(
            Self.beat("m", epoch: joined.memberEpoch), version: version)
        #expect(gone.errorCode == .unknownMemberID)
        try await door.close()
    }

    @Test("What is wrong with a heartbeat is told under Kafka's codes")
    func refusals() async throws {
        var groups = GroupSettings()
        groups.consumerMemberCountMax = 1
        let door = try KafkaDoor(groups: groups)
        try door.broker.createTopic("t", TopicSettings())
        func code(
            _ request: ConsumerGroupHeartbeatRequest,
            _ change: (inout ConsumerGroupHeartbeatRequest) -> Void = { _ in }
        ) async throws -> KafkaErrorCode {
            var changed = request
            change(&changed)
            let answer = try await door.ask(changed)
            #expect((answer.errorCode == .none) == (answer.errorMessage == nil))
            return answer.errorCode
        }
        #expect(try await code(Self.beat("m", epoch: 1)) == .unknownMemberID)
        #expect(try await code(Self.join("m")) { $0.serverAssignor = "x" } == .unsupportedAssignor)
        #expect(
            try await code(Self.join("m", topics: nil, regex: "(")) == .invalidRegularExpression)
        #expect(try await code(Self.join("m")) { $0.groupID = "" } == .invalidGroupID)
        #expect(try await code(Self.join("m")) { $0.topicPartitions = nil } == .invalidRequest)
        #expect(try await code(Self.join("m")) { $0.instanceID = "i" } == .none)
        #expect(try await code(Self.join("n")) == .groupMaxSizeReached)
        #expect(try await code(Self.join("n")) { $0.instanceID = "i" } == .unreleasedInstanceID)
        #expect(try await code(Self.beat("m", epoch: 2)) == .fencedMemberEpoch)
        #expect(
            try await code(Self.beat("n", epoch: 1)) { $0.instanceID = "i" } == .fencedInstanceID)
        try await door.close()
    }

    @Test("A subscription by pattern follows the topics that there are")
    func patterns() async throws {
        let door = try KafkaDoor()
        for name in ["a1", "a2", "b"] { try door.broker.createTopic(name, TopicSettings()) }
        let joined = try await door.ask(Self.join("m", topics: [], regex: "a.*"))
        #expect(joined.assignment?.topicPartitions.count == 2)
        try door.broker.createSubscription(
            "a3", topic: "b", filter: FilterDefinition(pattern: "x"))
        let more = try await door.ask(Self.beat("m", epoch: joined.memberEpoch))
        #expect(more.assignment?.topicPartitions.count == 3)
        try await door.close()
    }

    @Test("Positions are kept and shown by members at their epochs only")
    func positions() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let joined = try await door.ask(Self.join("m"))
        func code(_ request: OffsetCommitRequest, _ version: Int16 = 9) async throws
            -> KafkaErrorCode?
        {
            try await door.ask(request, version: version).topics.first?.partitions.first?.errorCode
        }
        let epoch = joined.memberEpoch
        #expect(try await code(Self.commit("m", epoch: epoch, 3)) == KafkaErrorCode.none)
        #expect(try await code(Self.commit("m", epoch: epoch + 1, 4)) == .staleMemberEpoch)
        #expect(try await code(Self.commit("n", epoch: epoch, 4)) == .unknownMemberID)
        #expect(try await code(Self.commit("", epoch: -1, 4)) == .unknownMemberID)
        #expect(try await code(Self.commit("m", epoch: epoch, 4), 8) == .unsupportedVersion)
        for (id, epoch, refusal) in [
            ("m", epoch, KafkaErrorCode.none), (nil, -1, .none), ("n", epoch, .unknownMemberID),
            ("m", epoch + 1, .staleMemberEpoch),
        ] as [(String?, Int32, KafkaErrorCode)] {
            let group = try #require(
                try await door.ask(Self.fetch(id, epoch: epoch)).groups.first)
            #expect(group.errorCode == refusal)
            let offsets = group.topics.flatMap { $0.partitions.map(\.committedOffset) }
            #expect(offsets == (refusal == .none ? [3] : []))
        }
        // Versions without epochs ask for everybody.
        var older = OffsetFetchRequest()
        older.groupID = "g"
        older.topics = nil
        #expect(try await door.ask(older, version: 7).topics.map(\.name) == ["t"])
        try await door.close()
    }

    @Test("Consumer groups are listed and described as such, and only as such")
    func looking() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings(partitionCount: 2))
        _ = try await door.ask(Self.join("m"))
        let listed = try #require(try await door.ask(ListGroupsRequest()).groups.first)
        #expect(listed.groupID == "g" && listed.groupType == "consumer")
        #expect(listed.groupState == "Stable" && listed.protocolType == "consumer")
        var filtered = ListGroupsRequest()
        filtered.typesFilter = ["classic"]
        #expect(try await door.ask(filtered).groups.isEmpty)
        filtered.typesFilter = ["Consumer"]
        filtered.statesFilter = ["Empty", "Stable"]
        #expect(try await door.ask(filtered).groups.count == 1)

        var request = ConsumerGroupDescribeRequest()
        request.groupIDs = ["g", "h", "g", ""]
        for version in 0...1 as ClosedRange<Int16> {
            request.includeAuthorizedOperations = version == 1
            let groups = try await door.ask(request, version: version).groups
            #expect(groups.map(\.errorCode) == [.none, .groupIDNotFound, .invalidGroupID])
            let group = try #require(groups.first)
            #expect(group.groupState == "Stable" && group.assignorName == "uniform")
            #expect(group.groupEpoch == 1 && group.assignmentEpoch == 1)
            #expect(
                group.authorizedOperations == (version == 0 ? .min : AuthorizedOperations.ofGroup))
            let member = try #require(group.members.first)
            #expect(member.memberID == "m" && member.memberEpoch == 1)
            #expect(member.clientID == "tester" && member.subscribedTopicNames == ["t"])
            #expect(member.memberType == (version == 0 ? -1 : 1))
            for assignment in [member.assignment, member.targetAssignment] {
                #expect(assignment.topicPartitions.map(\.topicName) == ["t"])
                #expect(assignment.topicPartitions.map(\.partitions) == [[0, 1]])
            }
        }
        var classic = DescribeGroupsRequest()
        classic.groups = ["g"]
        #expect(try await door.ask(classic).groups.map(\.groupState) == ["Dead"])
        try await door.close()
    }

    @Test("Operators and members of the other protocol are answered as by Kafka")
    func others() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        _ = try await door.ask(Self.join("m"))
        var delete = DeleteGroupsRequest()
        delete.groupsNames = ["g"]
        #expect(try await door.ask(delete).results.map(\.errorCode) == [.nonEmptyGroup])
        var leave = LeaveGroupRequest()
        leave.groupID = "g"
        var member = LeaveGroupRequest.Member()
        member.memberID = "m"
        leave.members = [member]
        #expect(try await door.ask(leave).members.map(\.errorCode) == [.unknownMemberID])
        var forget = OffsetDeleteRequest()
        forget.groupID = "g"
        var topic = OffsetDeleteRequest.Topic()
        topic.name = "t"
        topic.partitions = [.init()]
        forget.topics = [topic]
        let forgotten = try await door.ask(forget).topics.first?.partitions.map(\.errorCode)
        #expect(forgotten == [.groupSubscribedToTopic])
        _ = try await door.ask(Self.beat("m", epoch: -1))
        #expect(try await door.ask(delete).results.map(\.errorCode) == [KafkaErrorCode.none])
        try await door.close()
    }

    @Test("Two members on connections of their own share a topic")
    func sockets() async throws {
        try await Door.open { door in
            try door.broker.createTopic("t", TopicSettings(partitionCount: 2))
            @Sendable func ask(
                _ request: ConsumerGroupHeartbeatRequest
            ) async throws -> ConsumerGroupHeartbeatResponse {
                try await door.connect { inbound, outbound in
                    try await outbound.write(Door.request(request, version: 1))
                    let answer = try #require(try await inbound.next(isolation: #isolation))
                    return try ResponseFrame.decode(
                        answer, to: ConsumerGroupHeartbeatRequest.self, version: 1)
                }
            }
            let first = try await ask(Self.join("a"))
            #expect(first.assignment?.topicPartitions.map(\.partitions) == [[0, 1]])
            #expect(try await ask(Self.join("b")).assignment?.topicPartitions.isEmpty == true)
            let told = try await ask(Self.beat("a", epoch: first.memberEpoch))
            let kept = try #require(told.assignment?.topicPartitions)
            #expect(kept.map(\.partitions.count) == [1])
            var done = Self.beat("a", epoch: told.memberEpoch)
            done.topicPartitions = kept
            #expect(try await ask(done).memberEpoch == 2)
            let given = try await ask(Self.beat("b", epoch: 2))
            #expect(given.assignment?.topicPartitions.map(\.partitions.count) == [1])
        }
    }
}
