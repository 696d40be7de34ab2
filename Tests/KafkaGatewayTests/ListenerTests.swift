import Broker
import KafkaWire
import NIOCore
import Testing

@testable import KafkaGateway

@Suite("A listener and its connections", .timeLimit(.minutes(1)))
struct ListenerTests {
    private func bytes(_ length: Int32, _ body: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer(integer: length)
        buffer.writeBytes(body)
        return buffer
    }

    private func frame(key: Int16, version: Int16) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(Int32(12), key, version, Int32(9), Int16(2))
        buffer.writeString("me")
        return buffer
    }

    @Test("Requests that are sent together are answered in their order")
    func pipelined() async throws {
        try await Door.open { door in
            let numbers = try await door.connect { inbound, outbound in
                var all = ByteBuffer()
                for number in 0..<100 as Range<Int32> {
                    let next =
                        number % 2 == 0
                        ? try Door.request(ApiVersionsRequest(), version: 0, number)
                        : try Door.request(MetadataRequest(), version: 4, number)
                    all.writeImmutableBuffer(next)
                }
                try await outbound.write(all)
                var numbers: [Int32?] = []
                while numbers.count < 100,
                    let answer = try await inbound.next(isolation: #isolation)
                {
                    numbers.append(ResponseFrame.correlationID(of: answer))
                }
                return numbers
            }
            #expect(numbers == Array(0..<100))
        }
    }

    @Test("Garbage closes its own connection only")
    func garbage() async throws {
        try await Door.open { door in
            try await door.connect { inbound, outbound in
                #expect(try await door.closes(bytes(20, [UInt8](repeating: 0xFF, count: 20))))
                #expect(try await door.closes(bytes(.min, [])))
                #expect(try await door.closes(bytes(-1, [])))
                #expect(try await door.closes(bytes(.max, [])))
                #expect(try await door.closes(bytes(0, [])))
                #expect(try await door.closes(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n")))
                #expect(try await door.closes(frame(key: 4_711, version: 0)))
                #expect(try await door.closes(frame(key: -1, version: -1)))
                #expect(try await door.closes(frame(key: 3, version: 99)))
                try await outbound.write(Door.request(ApiVersionsRequest(), version: 0, 3))
                let answer = try await inbound.next(isolation: #isolation)
                #expect(answer.flatMap { ResponseFrame.correlationID(of: $0) } == 3)
            }
        }
    }

    @Test("A length one below and at the limit is read, one above closes the connection")
    func lengths() async throws {
        var settings = KafkaSettings()
        settings.requestByteCountMax = 1_000
        try await Door.open(settings) { door in
            for (length, isTaken) in [(999, true), (1_000, true), (1_001, false)] {
                var whole = frame(key: 18, version: 0)
                whole.writeRepeatingByte(0, count: length - 12)
                whole.setInteger(Int32(length), at: 0)
                let isClosed = try await door.closes(whole)
                #expect(isClosed != isTaken, "\(length)")
            }
        }
    }

    /// KIP-511: the client learns the versions from an answer in the oldest form.
    @Test("ApiVersions in a version of the future is answered in version 0 with code 35")
    func futureVersions() async throws {
        try await Door.open { door in
            let answer = try await door.connect { inbound, outbound in
                try await outbound.write(frame(key: 18, version: 99))
                return try await inbound.next(isolation: #isolation)
            }
            let found = try #require(answer)
            let message = try ResponseFrame.decode(
                found, to: ApiVersionsRequest.self, version: 0)
            #expect(message.errorCode == .unsupportedVersion)
            #expect(message.errorCode.rawValue == 35)
            #expect(message.apiKeys.count == KafkaAPI.allCases.count)
        }
    }

    @Test("A client that goes in the middle of a request, at whichever byte, hurts nobody")
    func cut() async throws {
        try await Door.open { door in
            let whole = try Door.request(MetadataRequest(), version: 9)
            for length in 0..<whole.readableBytes {
                try await door.connect { _, outbound in
                    let part = try #require(whole.getSlice(at: 0, length: length))
                    try await outbound.write(part)
                }
            }
            #expect(try await door.servesOthers())
        }
    }

    @Test("A client that says no more while its request waits is let go")
    func halfOpen() async throws {
        try await Door.open { door in
            try await door.connect { inbound, outbound in
                try await outbound.write(bytes(100, [0, 18, 0, 0]))
                outbound.finish()
                let end = try await inbound.next(isolation: #isolation)
                #expect(end == nil)
            }
            #expect(try await door.servesOthers())
        }
    }

    @Test("A client that never reads is not answered beyond its buffers, and others go on")
    func deaf() async throws {
        try await Door.open { door in
            try door.broker.createTopic("big", TopicSettings(partitionCount: 3_000))
            var request = MetadataRequest()
            request.topics = nil
            let one = try Door.request(request, version: 1)
            // A small window, so that answers soon fill what lies between.
            try await door.connect(receiveByteCount: 4 << 10) { _, outbound in
                // About 80 KB each: far more than the sockets between take.
                for _ in 0..<500 { try await outbound.write(one) }
                // Others' requests are the clock: no more answers in the time of 50 of them.
                var (served, answers, calm) = (Int64(0), Int64(-1), 0)
                while calm < 50, answers < 500 {
                    #expect(try await door.servesOthers())
                    served += 1
                    let now = door.service.metrics.counts.answers - served
                    calm = now == answers ? calm + 1 : 0
                    answers = now
                }
                #expect(answers < 500)
            }
            #expect(try await door.servesOthers())
        }
    }

    @Test("A stop answers a fetch that waits, and closes its connection then")
    func stop() async throws {
        try await Door.open { door in
            try door.broker.createTopic("quiet", TopicSettings())
            var topic = FetchRequest.Topic()
            topic.topic = "quiet"
            topic.partitions = [FetchRequest.Topic.Partition()]
            topic.partitions[0].partitionMaxBytes = 1_000
            var request = FetchRequest()
            request.topics = [topic]
            request.minBytes = 1
            request.maxWaitMilliseconds = 60_000
            let bytes = try Door.request(request, version: 11, 8)
            try await door.connect { inbound, outbound in
                try await outbound.write(bytes)
                // Until the request has come in; others' requests are the clock.
                var others: Int64 = 0
                repeat {
                    #expect(try await door.servesOthers())
                    others += 1
                } while door.service.metrics.counts.requests == others
                door.listener.stop()
                let next = try await inbound.next(isolation: #isolation)
                let answer = try #require(next)
                #expect(ResponseFrame.correlationID(of: answer) == 8)
                let message = try ResponseFrame.decode(
                    answer, to: FetchRequest.self, version: 11)
                #expect(message.topics.first?.partitions.first?.errorCode == KafkaErrorCode.none)
                let end = try await inbound.next(isolation: #isolation)
                #expect(end == nil)
            }
        }
    }
}
