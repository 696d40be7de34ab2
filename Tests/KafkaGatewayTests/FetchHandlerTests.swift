import KafkaWire
import Testing

@testable import KafkaGateway

@Suite("Fetches that are refused", .timeLimit(.minutes(1)))
struct FetchHandlerTests {
    /// They were null: a consumer of librdkafka 2.16 whose topic was deleted took the answer for damaged,
    /// asked again at once, and did so without end.
    @Test(
        "Where there is no such topic there are no records, which are not null",
        arguments: KafkaAPI.fetch.versions.range)
    func unknownTopic(version: Int16) async throws {
        let door = try KafkaDoor()
        var topic = FetchRequest.Topic()
        topic.topic = "none"
        topic.topicID = WireUUID(high: 1, low: 2)
        topic.partitions = [.init()]
        var request = FetchRequest()
        request.topics = [topic]
        let answer = try await door.ask(request, version: version)
        let partition = try #require(answer.topics.first?.partitions.first)
        #expect(partition.errorCode == (version < 13 ? .unknownTopicOrPartition : .unknownTopicID))
        #expect(partition.records.pieces != nil && partition.records.byteCount == 0)
        #expect(partition.highWatermark == -1)
        try await door.close()
    }
}
