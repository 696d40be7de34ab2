import Broker
import KafkaWire
import NIOCore
import Testing

@testable import KafkaGateway

/// Versions that are offered for librdkafka's sake: see ``ProduceRequest/versionMin``.
@Suite("Produce requests from before record batches", .timeLimit(.minutes(1)))
struct OldProduceTests {
    private static func request(acks: Int16) -> ProduceRequest {
        var partition = ProduceRequest.Topic.Partition()
        partition.records = WireRecords(pieces: [ByteBuffer(repeating: 7, count: 40)])
        var topic = ProduceRequest.Topic()
        topic.name = "t"
        topic.partitions = [partition]
        var request = ProduceRequest()
        request.acks = acks
        request.topics = [topic]
        return request
    }

    @Test("They are answered with an error in their own form", arguments: [0, 1, 2] as [Int16])
    func refused(version: Int16) async throws {
        try await Door.open { door in
            let answer = try await door.connect { inbound, outbound in
                try await outbound.write(Door.request(Self.request(acks: 1), version: version, 7))
                return try await inbound.next(isolation: #isolation)
            }
            let bytes = try #require(answer)
            #expect(ResponseFrame.correlationID(of: bytes) == 7)
            // Correlation, one topic "t", one partition 0: the error follows.
            #expect(bytes.getInteger(at: bytes.readerIndex + 19, as: Int16.self) == 35)
        }
    }

    @Test("A client that wants no answer notices it too")
    func silent() async throws {
        try await Door.open { door in
            let request = try Door.request(Self.request(acks: 0), version: 2)
            #expect(try await door.closes(request))
            #expect(try await door.servesOthers())
        }
    }
}
