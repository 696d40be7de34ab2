import Broker
import KafkaWire
import Testing

@testable import KafkaGateway

/// A client could create topics until there was no memory left, above all by asking for names that
/// do not exist.
@Suite("The limit of partitions of all topics", .timeLimit(.minutes(1)))
struct PartitionLimitTests {
    @Test("CreateTopics and CreatePartitions are refused beyond it, with the numbers")
    func administration() async throws {
        let door = try KafkaDoor(partitionCountMax: 5)
        var create = CreateTopicsRequest()
        create.topics = [
            TopicHandlerTests.topic("a", partitions: 4),
            TopicHandlerTests.topic("b", partitions: 2),
            TopicHandlerTests.topic("c"),
        ]
        let created = try await door.ask(create).topics
        #expect(created.map(\.errorCode) == [.none, .policyViolation, .none])
        #expect(created[1].errorMessage?.contains("6 partitions, the limit is 5") == true)
        var grow = CreatePartitionsRequest()
        var asked = CreatePartitionsRequest.Topic()
        asked.name = "c"
        asked.count = 2
        asked.assignments = nil
        grow.topics = [asked]
        let grown = try await door.ask(grow).results
        #expect(grown.map(\.errorCode) == [.policyViolation])
        #expect(grown[0].errorMessage?.contains("max.partitions") == true)
        try await door.close()
    }

    @Test("Topics that come into being because a client asks for them count, too")
    func autoCreated() async throws {
        var settings = KafkaSettings()
        settings.partitionCount = 2
        let door = try KafkaDoor(settings: settings, partitionCountMax: 5)
        var request = MetadataRequest()
        request.allowAutoTopicCreation = true
        request.topics = ["a", "b", "c"].map {
            var topic = MetadataRequest.Topic()
            topic.name = $0
            return topic
        }
        for version in [4, 12] as [Int16] {
            let topics = try await door.ask(request, version: version).topics
            #expect(topics.map(\.errorCode) == [.none, .none, .policyViolation])
        }
        #expect(door.broker.topics().map(\.name) == ["a", "b"])
        try await door.close()
    }
}
