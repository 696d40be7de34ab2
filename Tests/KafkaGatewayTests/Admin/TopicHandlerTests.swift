import Broker
import Bytes
import CommitLog
import Connectors
import Filters
import KafkaWire
import Records
import Testing

@testable import KafkaGateway

@Suite("Requests about topics, in all their versions", .timeLimit(.minutes(1)))
struct TopicHandlerTests {
    private static let levels = 0...7 as ClosedRange<Int16>

    static func topic(
        _ name: String, partitions: Int32 = 1, replicas: Int16 = 1,
        configs: [(String, String?)] = [], brokers: [[Int32]] = []
    ) -> CreateTopicsRequest.Topic {
        var topic = CreateTopicsRequest.Topic()
        topic.name = name
        topic.numPartitions = partitions
        topic.replicationFactor = replicas
        topic.configs = configs.map {
            var config = CreateTopicsRequest.Topic.Config()
            (config.name, config.value) = $0
            return config
        }
        topic.assignments = brokers.enumerated().map { index, ids in
            var assignment = CreateTopicsRequest.Topic.Assignment()
            assignment.index = Int32(index)
            assignment.brokerIDs = ids
            return assignment
        }
        return topic
    }

    private static func create(
        _ door: KafkaDoor, _ topics: [CreateTopicsRequest.Topic], version: Int16? = nil,
        validateOnly: Bool = false
    ) async throws -> [CreateTopicsResponse.Topic] {
        var request = CreateTopicsRequest()
        request.topics = topics
        request.validateOnly = validateOnly
        return try await door.ask(request, version: version).topics
    }

    @Test(
        "A topic is created, grows, is trimmed and deleted, whatever versions a client speaks",
        arguments: levels)
    func life(level: Int16) async throws {
        let door = try KafkaDoor()
        let version = KafkaAPI.createTopics.version(at: level)
        let asked = Self.topic("t", partitions: 2, configs: [("retention.ms", "5000")])
        let created = try #require(try await Self.create(door, [asked], version: version).first)
        #expect(created.errorCode == .none && created.name == "t")
        let known = try #require(door.broker.readableTopic("t"))
        if version >= 5 {
            #expect(created.numPartitions == 2 && created.replicationFactor == 1)
            let retention = created.configs?.first { $0.name == "retention.ms" }
            #expect(retention?.value == "5000")
            #expect(retention?.configSource == ConfigEntry.Source.topic.rawValue)
        }
        if version >= 7 { #expect(created.topicID == WireUUID(known.id)) }

        var grow = CreatePartitionsRequest()
        var growing = CreatePartitionsRequest.Topic()
        growing.name = "t"
        growing.count = 3
        growing.assignments = nil
        grow.topics = [growing]
        let grown = try await door.ask(grow, version: KafkaAPI.createPartitions.version(at: level))
        #expect(grown.results.map(\.errorCode) == [KafkaErrorCode.none])
        #expect(door.broker.readableTopic("t")?.partitions.count == 3)
        #expect(door.broker.readableTopic("t")?.id == known.id, "it is the same topic")

        var delete = DeleteTopicsRequest()
        delete.topicNames = ["t", "u"]
        delete.topics = ["t", "u"].map {
            var topic = DeleteTopicsRequest.Topic()
            topic.name = $0
            return topic
        }
        let deleted = try await door.ask(
            delete, version: KafkaAPI.deleteTopics.version(at: level)
        ).topics
        #expect(deleted.map(\.name) == ["t", "u"])
        #expect(deleted.map(\.errorCode) == [.none, .unknownTopicOrPartition])
        #expect(door.broker.readableTopic("t") == nil)
        try await door.close()
    }

    /// Sources: Kafka's ReplicationControlManager.createTopics.
    @Test("What cannot be created is refused with its own code and in words, and nothing else is")
    func refusals() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("there", TopicSettings())
        try door.broker.createSubscription(
            "sub", topic: "there", filter: .init(pattern: "x"))
        let most = TopicSettings.partitionCountMax
        let rows: [(CreateTopicsRequest.Topic, KafkaErrorCode)] = [
            (Self.topic("ok"), .none),
            (Self.topic("there"), .topicAlreadyExists),
            (Self.topic("sub"), .topicAlreadyExists),
            (Self.topic("a/b"), .invalidTopicException),
            (Self.topic(""), .invalidTopicException),
            (Self.topic("zero", partitions: 0), .invalidPartitions),
            (Self.topic("least", partitions: .min), .invalidPartitions),
            (Self.topic("most", partitions: most + 1), .invalidPartitions),
            (Self.topic("three", replicas: 3), .invalidReplicationFactor),
            (Self.topic("none", replicas: 0), .invalidReplicationFactor),
            (Self.topic("config", configs: [("retention", "1")]), .invalidConfig),
            (Self.topic("value", configs: [("retention.ms", "x")]), .invalidConfig),
            (Self.topic("null", configs: [("retention.ms", nil)]), .invalidConfig),
            (Self.topic("both", brokers: [[1]]), .invalidRequest),
            (
                Self.topic("other", partitions: -1, replicas: -1, brokers: [[2]]),
                .invalidReplicaAssignment
            ),
            (Self.topic("placed", partitions: -1, replicas: -1, brokers: [[1], [1]]), .none),
            (Self.topic("twice"), .invalidRequest), (Self.topic("twice"), .invalidRequest),
            (Self.topic("standard", partitions: -1, replicas: -1), .none),
        ]
        for isTrial in [true, false] {
            let answers = try await Self.create(door, rows.map(\.0), validateOnly: isTrial)
            for (row, answer) in zip(rows, answers) {
                #expect(answer.errorCode == row.1, "\(answer.name)")
                #expect((answer.errorMessage == nil) == (row.1 == .none))
            }
            #expect(door.broker.hasTopic("ok") != isTrial)
        }
        #expect(door.broker.topics().map(\.name) == ["ok", "placed", "standard", "there"])
        #expect(door.broker.readableTopic("placed")?.partitions.count == 2)
        try await door.close()
    }

    @Test("One request creates so many partitions and no more", arguments: [-1, 0, 1] as [Int32])
    func partitionsOfRequest(over: Int32) async throws {
        let door = try KafkaDoor()
        let limit = KafkaLimits.createdPartitionCountMax
        let most = min(limit, TopicSettings.partitionCountMax)
        // Topics of the most partitions, and one of what is left.
        var topics: [CreateTopicsRequest.Topic] = []
        var left = limit + over
        while left > 0 {
            topics.append(Self.topic("t\(topics.count)", partitions: min(left, most)))
            left -= most
        }
        let codes = try await Self.create(door, topics, validateOnly: true).map(\.errorCode)
        #expect(codes.dropLast().allSatisfy { $0 == .none })
        #expect(codes.last == (over > 0 ? .policyViolation : KafkaErrorCode.none))
        try await door.close()
    }

    @Test("A topic of the most partitions does not grow, and none shrinks")
    func growth() async throws {
        let door = try KafkaDoor()
        let most = TopicSettings.partitionCountMax
        try door.broker.createTopic("full", TopicSettings(partitionCount: most))
        try door.broker.createTopic("t", TopicSettings(partitionCount: 2))
        try door.broker.createSubscription("sub", topic: "t", filter: .init(pattern: "x"))
        func grow(
            _ name: String, _ count: Int32, brokers: [[Int32]]? = nil, isTrial: Bool = false
        ) async throws -> KafkaErrorCode? {
            var request = CreatePartitionsRequest()
            var topic = CreatePartitionsRequest.Topic()
            topic.name = name
            topic.count = count
            topic.assignments = brokers.map { brokers in
                brokers.map { ids in
                    var assignment = CreatePartitionsRequest.Topic.Assignment()
                    assignment.brokerIDs = ids
                    return assignment
                }
            }
            request.topics = [topic]
            request.validateOnly = isTrial
            return try await door.ask(request).results.first?.errorCode
        }
        #expect(try await grow("full", most + 1) == .invalidPartitions)
        #expect(try await grow("full", .max) == .invalidPartitions)
        #expect(try await grow("t", 2) == .invalidPartitions)
        #expect(try await grow("t", 1) == .invalidPartitions)
        #expect(try await grow("t", -1) == .invalidPartitions)
        #expect(try await grow("none", 2) == .unknownTopicOrPartition)
        #expect(try await grow("sub", 3) == .policyViolation)
        #expect(try await grow("t", 3, brokers: [[2]]) == .invalidReplicaAssignment)
        #expect(try await grow("t", 3, brokers: [[1], [1]]) == .invalidReplicaAssignment)
        #expect(try await grow("t", 3, isTrial: true) == KafkaErrorCode.none)
        #expect(door.broker.readableTopic("t")?.partitions.count == 2)
        #expect(try await grow("t", 3, brokers: [[1]]) == KafkaErrorCode.none)
        #expect(door.broker.readableTopic("sub")?.partitions.count == 3)
        try await door.close()
    }

    @Test("A topic is deleted by its identity; a later one of its name has another")
    func identity() async throws {
        let door = try KafkaDoor()
        func delete(_ name: String?, _ id: WireUUID) async throws -> DeleteTopicsResponse.Topic? {
            var request = DeleteTopicsRequest()
            var topic = DeleteTopicsRequest.Topic()
            (topic.name, topic.topicID) = (name, id)
            request.topics = [topic]
            return try await door.ask(request).topics.first
        }
        try door.broker.createTopic("t", TopicSettings())
        let first = WireUUID(try #require(door.broker.readableTopic("t")?.id))
        #expect(try await delete("t", first)?.errorCode == .invalidRequest)
        #expect(try await delete(nil, WireUUID(high: 1, low: 2))?.errorCode == .unknownTopicID)
        #expect(try await delete(nil, .zero)?.errorCode == .unknownTopicID)
        let deleted = try #require(try await delete(nil, first))
        #expect(deleted.errorCode == .none && deleted.name == "t" && deleted.topicID == first)
        try door.broker.createTopic("t", TopicSettings())
        #expect(try await delete(nil, first)?.errorCode == .unknownTopicID)
        try door.broker.createSubscription("sub", topic: "t", filter: .init(pattern: "x"))
        #expect(try await delete("sub", .zero)?.errorCode == .policyViolation)
        #expect(try await delete("t", .zero)?.errorCode == .invalidRequest, "it has a subscription")
        try await door.close()
    }

    @Test(
        "Records are deleted up to an offset, in all versions",
        arguments: 0...2 as ClosedRange<Int16>)
    func trim(version: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        var compacting = TopicSettings()
        compacting.storage.cleanup = .compact
        try door.broker.createTopic("c", compacting)
        let target = try TopicTarget(door.broker, topics: [.main: "t"], pipeline: nil)
        var records = RecordBuffer()
        for _ in 0..<5 {
            let value: [UInt8] = [1]
            records.append(timestamp: 0, key: nil, value: value.rawSpan)
        }
        let block = records.block
        try target.write(.main, block, selection: Selection(all: 5))
        try target.commit(positions: [:], state: [])
        func trim(
            _ name: String, _ offset: Int64, _ index: Int32 = 0
        ) async throws -> (KafkaErrorCode?, Int64?) {
            var request = DeleteRecordsRequest()
            var topic = DeleteRecordsRequest.Topic()
            topic.name = name
            var partition = DeleteRecordsRequest.Topic.Partition()
            (partition.index, partition.offset) = (index, offset)
            topic.partitions = [partition]
            request.topics = [topic]
            let answer = try await door.ask(request, version: version)
            let place = answer.topics.first?.partitions.first
            return (place?.errorCode, place?.lowWatermark)
        }
        let rows: [(String, Int64, Int32, KafkaErrorCode, Int64)] = [
            ("t", 6, 0, .offsetOutOfRange, -1), ("t", -2, 0, .offsetOutOfRange, -1),
            ("t", .max, 0, .offsetOutOfRange, -1), ("t", 1, 1, .unknownTopicOrPartition, -1),
            ("u", 1, 0, .unknownTopicOrPartition, -1), ("c", 0, 0, .policyViolation, -1),
            ("t", 2, 0, .none, 2), ("t", 1, 0, .none, 2), ("t", -1, 0, .none, 5),
        ]
        for (name, offset, index, code, low) in rows {
            let (found, watermark) = try await trim(name, offset, index)
            #expect(found == code && watermark == low, "\(name) \(offset)")
        }
        try await door.close()
    }
}
