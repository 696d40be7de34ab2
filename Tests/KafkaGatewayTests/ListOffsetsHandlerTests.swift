import Broker
import Bytes
import CommitLog
import KafkaWire
import Records
import Testing

@testable import KafkaGateway

@Suite("Requests for offsets", .timeLimit(.minutes(1)))
struct ListOffsetsHandlerTests {
    /// One record at a time; if it is not to be readable, it is no gzip and says it is.
    private static func append(
        _ door: KafkaDoor, at time: Int64, isReadable: Bool = true
    ) throws {
        let writer = BatchWriter(compression: .none)
        writer.start(BatchWriter.Form())
        let value = Array("v".utf8)
        writer.append(
            timestamp: time, key: nil, value: value.rawSpan, headers: [UInt8]().rawSpan,
            headerCount: 0)
        var batch: [UInt8] = []
        writer.finish(into: &batch)
        if !isReadable {
            batch[BatchHeader.At.attributes + 1] |= UInt8(CompressionCodec.gzip.rawValue)
            let start = BatchHeader.At.attributes
            let crc = CRC32C.checksum(batch.rawSpan.slice(start, count: batch.count - start))
            batch.replace(at: BatchHeader.At.crc, bigEndian: crc)
        }
        let id = try #require(door.broker.readableTopic("t")?.partition(0))
        try door.broker.log.append(.batches(id, batch))
    }

    private static func ask(_ door: KafkaDoor, _ timestamp: Int64) async throws -> [Int64] {
        var partition = ListOffsetsRequest.Topic.Partition()
        partition.timestamp = timestamp
        var topic = ListOffsetsRequest.Topic()
        (topic.name, topic.partitions) = ("t", [partition])
        var request = ListOffsetsRequest()
        request.topics = [topic]
        let answer = try #require(try await door.ask(request).topics.first?.partitions.first)
        #expect(answer.errorCode == .none)
        return [answer.offset, answer.timestamp]
    }

    @Test("The largest time is that of a record that can be read, or there is none")
    func maxTimestamp() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        #expect(try await Self.ask(door, -3) == [-1, -1])
        try Self.append(door, at: 9, isReadable: false)
        #expect(try await Self.ask(door, -3) == [-1, -1])
        try Self.append(door, at: 5)
        try Self.append(door, at: 3)
        #expect(try await Self.ask(door, -3) == [1, 5])
        #expect(try await Self.ask(door, 6) == [-1, -1], "as a search for a later time says")
        #expect(try await Self.ask(door, -1) == [3, -1])
        try await door.close()
    }
}
