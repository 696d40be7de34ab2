import Broker
import KafkaWire
import NIOCore
import NIOPosix
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

    @Test("Connections that come while the listener closes are served or closed, each of them")
    func lateConnections() async throws {
        for _ in 0..<25 {
            try await Door.open(eventLoopCount: 2) { door in
                let port = try #require(door.listener.port)
                await withTaskGroup(of: Void.self) { clients in
                    for number in 0..<24 {
                        clients.addTask {
                            if number == 12 { return door.listener.stop() }
                            let channel = try? await ClientBootstrap(group: door.group)
                                .connect(host: "127.0.0.1", port: port).get()
                            // The server closes it, sooner or later; who waits sees that it does.
                            try? await channel?.closeFuture.get()
                        }
                    }
                    await clients.waitForAll()
                }
            }
        }
    }

    @Test("A queue of connections gives out what it took in, and takes no more once closed")
    func queue() async throws {
        let queue = ConnectionQueue()
        async let none = queue.next()
        queue.close()
        #expect(await none == nil)
        // One that is cancelled is closed, too.
        let other = ConnectionQueue()
        let task = Task { await other.next() == nil }
        task.cancel()
        #expect(await task.value)
    }
}
