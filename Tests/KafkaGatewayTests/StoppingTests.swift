import Broker
import KafkaWire
import Testing

@testable import KafkaGateway

@Suite("A gateway that ends")
struct StoppingTests {
    @Test("What was not done is not answered as if it were")
    func unanswered() async throws {
        let door = try KafkaDoor()
        try await door.endWorkers()
        var commit = CommitPipelineRequest()
        commit.pipeline = "p"
        await #expect(throws: KafkaDoor.Failure.self) { try await door.ask(commit) }
        var topic = SetTopicRequest()
        (topic.name, topic.creates, topic.partitionCount) = ("t", true, 1)
        await #expect(throws: KafkaDoor.Failure.self) { try await door.ask(topic) }
        await #expect(throws: KafkaDoor.Failure.self) {
            try await door.ask(DeleteTopicsRequest())
        }
        #expect(!door.broker.hasTopic("t"))
    }
}
