import Broker
import KafkaWire
import Testing

@testable import KafkaGateway

@Suite("Metadata requests", .timeLimit(.minutes(1)))
struct MetadataHandlerTests {
    private static func request(
        _ name: String?, _ id: WireUUID = .zero, createsTopics: Bool = false
    ) -> MetadataRequest {
        var topic = MetadataRequest.Topic()
        topic.name = name
        topic.topicID = id
        var request = MetadataRequest()
        request.topics = [topic]
        request.allowAutoTopicCreation = createsTopics
        return request
    }

    private static func id(of topic: String, _ door: KafkaDoor) throws -> WireUUID {
        WireUUID(try #require(door.broker.readableTopic(topic)).id)
    }

    /// A client of version 10 or 11 that asked by id was answered with a null name.
    ///
    /// The schema of these versions does not have it (MetadataResponse.json: nullable from 12 on): it
    /// could not read the answer. Kafka refuses such a request (`KafkaApis.handleTopicMetadataRequest`).
    @Test(
        "Ids instead of names are refused before version 12, with a name that can be read",
        arguments: [10, 11] as [Int16])
    func idsTooEarly(version: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let id = try Self.id(of: "t", door)
        for (name, id) in [(nil, id), ("t", id), (nil, WireUUID.zero)] {
            let answer = try await door.ask(Self.request(name, id), version: version)
            #expect(answer.topics.map(\.errorCode) == [.invalidRequest], "\(name ?? "null")")
            #expect(answer.topics.map(\.name) == [name ?? ""])
            #expect(answer.topics.map(\.topicID) == [id])
            #expect(answer.brokers.count == 1)
        }
        try await door.close()
    }

    /// They were never told, whatever was asked for.
    @Test("Whoever asks is told what may be done, of topics that there are")
    func operations() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        var request = Self.request("t")
        request.topics?.append(contentsOf: Self.request("none").topics ?? [])
        let plain = try await door.ask(request, version: 10)
        #expect(plain.clusterAuthorizedOperations == .min)
        #expect(plain.topics.map(\.topicAuthorizedOperations) == [.min, .min])
        request.includeClusterAuthorizedOperations = true
        request.includeTopicAuthorizedOperations = true
        let full = try await door.ask(request, version: 10)
        #expect(full.clusterAuthorizedOperations.nonzeroBitCount == 7)
        // Read to Describe, and both for configurations.
        #expect(full.topics.map(\.topicAuthorizedOperations) == [0b1101_1111_1000, .min])
        try await door.close()
    }

    @Test("From version 12 on a topic is found by its id, and an unknown one has no name")
    func ids() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let id = try Self.id(of: "t", door)
        let found = try await door.ask(Self.request(nil, id), version: 12)
        #expect(found.topics.map(\.errorCode) == [.none])
        #expect(found.topics.map(\.name) == ["t"])
        let unknown = try await door.ask(Self.request(nil, .zero), version: 12)
        #expect(unknown.topics.map(\.errorCode) == [.unknownTopicID])
        #expect(unknown.topics.map(\.name) == [nil])
        try await door.close()
    }
}
