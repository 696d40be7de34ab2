import Broker
import Bytes
import KafkaWire
import NIOCore
import Records
import Testing

@testable import KafkaGateway

@Suite("A listener whose memory is exhausted", .timeLimit(.minutes(1)))
struct MemoryListenerTests {
    private func fetch(_ topic: String, waitMilliseconds: Int32) throws -> ByteBuffer {
        var asked = FetchRequest.Topic()
        asked.topic = topic
        asked.partitions = [FetchRequest.Topic.Partition()]
        asked.partitions[0].partitionMaxBytes = 1 << 20
        var request = FetchRequest()
        request.topics = [asked]
        request.minBytes = 1
        request.maxBytes = 1 << 20
        request.maxWaitMilliseconds = waitMilliseconds
        return try Door.request(request, version: 11, 8)
    }

    private func append(_ value: String, to topic: String, of broker: Broker) async {
        let writer = BatchWriter(compression: .none)
        writer.start(BatchWriter.Form())
        let value = Array(value.utf8)
        writer.append(
            timestamp: 1, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
            headerCount: 0)
        var batch: [UInt8] = []
        writer.finish(into: &batch)
        let destination = BatchDestination(
            topic: topic, partition: 0, acknowledgement: .written)
        await withCheckedContinuation { continuation in
            let offer = broker.produce(destination, batch: batch.rawSpan) { _ in
                continuation.resume()
            }
            precondition(offer == .taken, "a broker without load is busy")
        }
    }

    @Test("Nothing is held when all connections have ended, whatever they left unfinished")
    func givenBack() async throws {
        try await Door.open { door in
            for count in [5, 5_000, 50_000] {
                try await door.connect { _, outbound in
                    var buffer = ByteBuffer(integer: Int32(100 << 20))
                    buffer.writeRepeatingByte(1, count: count)
                    try await outbound.write(buffer)
                }
            }
            try await door.connect { inbound, outbound in
                try await outbound.write(Door.request(MetadataRequest(), version: 4))
                _ = try await inbound.next(isolation: #isolation)
            }
            // Others' requests are the clock.
            repeat {
                #expect(try await door.servesOthers())
            } while door.service.metrics.counts.connectionsClosed
                < door.service.metrics.counts.connectionsOpened
            while door.service.memory != (0, 0) { await Task.yield() }
            #expect(door.service.requestMemory.used == 0)
        }
    }

    @Test("A client that sends much without its end does not stop those who send little")
    func stalled() async throws {
        var settings = KafkaSettings()
        settings.queuedRequestByteCountMax = 1 << 20
        try await Door.open(settings) { door in
            try await door.connect { _, first in
                var buffer = ByteBuffer(integer: Int32(1 << 20))
                buffer.writeRepeatingByte(1, count: (1 << 20) - 100)
                try await first.write(buffer)
                try await door.connect { _, second in
                    try await second.write(buffer)
                    while door.service.requestMemory.room > 0 {
                        #expect(try await door.servesOthers())
                    }
                    for _ in 0..<20 { #expect(try await door.servesOthers()) }
                    // Both together would be more than the budget and one request.
                    #expect(door.service.requestMemory.used <= 2 << 20)
                }
            }
        }
    }

    @Test("A fetch waits for memory as for records: it is empty when its time is over")
    func fetch() async throws {
        try await Door.open { door in
            try door.broker.createTopic("t", TopicSettings())
            await append("a", to: "t", of: door.broker)
            let hog = MemoryAccount(door.service.answerMemory)
            hog.take(door.service.answerMemory.limit)
            try await door.connect { inbound, outbound in
                try await outbound.write(fetch("t", waitMilliseconds: 1))
                var next = try await inbound.next(isolation: #isolation)
                var answer = try ResponseFrame.decode(
                    #require(next), to: FetchRequest.self, version: 11)
                #expect(answer.topics[0].partitions[0].errorCode == .none)
                #expect(answer.topics[0].partitions[0].records.byteCount == 0)
                #expect(door.service.metrics.counts.fetchesDelayed == 1)
                try await outbound.write(fetch("t", waitMilliseconds: 60_000))
                while door.service.metrics.counts.fetchesDelayed == 1 { await Task.yield() }
                hog.close()
                next = try await inbound.next(isolation: #isolation)
                answer = try ResponseFrame.decode(
                    #require(next), to: FetchRequest.self, version: 11)
                #expect(answer.topics[0].partitions[0].records.byteCount > 0)
            }
        }
    }
}
