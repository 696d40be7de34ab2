import Bytes
import CommitLog
import Connectors
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("Reading ahead for a subscription", .timeLimit(.minutes(1)))
struct ReadAheadTests {
    private static let count = 12_000

    /// Records of 300 bytes that do not shrink, a part of them sealed; every hundredth is wanted.
    private static func fill(_ broker: Broker) throws {
        var settings = TopicSettings()
        settings.format = .json
        try broker.createTopic("t", settings)
        try broker.createSubscription(
            "s", topic: "t", filter: FilterDefinition(sql: "n % 100 = 7", format: .json))
        var generator = SeededGenerator(seed: 1)
        for start in stride(from: 0, to: count, by: 400) {
            var buffer = RecordBuffer()
            for number in start..<start + 400 {
                let noise = (0..<16).map { _ in String(generator.next(), radix: 36) }.joined()
                let value = Array("{\"n\":\(number),\"noise\":\"\(noise)\"}".utf8)
                buffer.append(timestamp: 1, key: nil, value: value.rawSpan)
            }
            let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
            try target.write(.main, buffer.block, selection: Selection(all: 400))
            try target.commit(positions: [:], state: [])
            if start == 6_000 { try broker.log.sealNow() }
        }
    }

    /// What a client reads of the subscription, all of it.
    private static func read(_ broker: Broker, maximumBytes: Int) throws -> [UInt8] {
        let topic = try #require(broker.readableTopic("s"))
        var bytes: [UInt8] = []
        var next = RecordOffset.zero
        while next.rawValue < Int64(count) {
            let read = try broker.read(
                topic, partition: 0, from: next, maximumBytes: maximumBytes,
                isolation: .readUncommitted, into: &bytes)
            try #require(read.next > next)
            next = read.next
        }
        return bytes
    }

    private static func offsets(in bytes: [UInt8]) throws -> [Int64] {
        var buffer = RecordBuffer()
        buffer.bytes = bytes
        let reader = BatchReader()
        var position = 0
        while position < bytes.count {
            position += try reader.readRecords(at: position, of: &buffer).byteCount
        }
        return buffer.rows.map(\.offset)
    }

    @Test("With help or without, in long reads and short ones, the same is read")
    func sameRecords() throws {
        let harness = BrokerHarness()
        let broker = try harness.open(commitFileByteCount: 1 << 20)
        try Self.fill(broker)
        let wanted = stride(from: 7, to: Int64(Self.count), by: 100).map { $0 }
        let helped = try Self.read(broker, maximumBytes: 1 << 20)
        #expect(try Self.offsets(in: helped) == wanted)
        #expect(try Self.offsets(in: Self.read(broker, maximumBytes: 1)) == wanted)
        broker.readAheadThreads.close()
        #expect(!broker.readAheadThreads.tryRun {})
        let alone = try Self.read(broker, maximumBytes: 1 << 20)
        #expect(alone == helped)
        try broker.close()
    }

    @Test("More readers than threads read the same")
    func manyReaders() async throws {
        let harness = BrokerHarness()
        let broker = try harness.open(commitFileByteCount: 1 << 20)
        try Self.fill(broker)
        let expected = try Self.read(broker, maximumBytes: 1 << 20)
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<2 * BrokerLimits.readAheadThreadCountMax {
                group.addTask { try Self.read(broker, maximumBytes: 1 << 20) }
            }
            for try await found in group { #expect(found == expected) }
        }
        try broker.close()
    }

    @Test("A chunk that was begun and is not asked for is given up")
    func dropped() throws {
        let harness = BrokerHarness()
        let broker = try harness.open(commitFileByteCount: 1 << 20)
        try Self.fill(broker)
        let topic = try #require(broker.readableTopic("t"))
        let id = try #require(topic.partition(0))
        let place = SubscriptionReader.Place(
            id: id, partition: 0, start: .zero, limit: RecordOffset(rawValue: 12_000),
            stable: try #require(broker.log.stableView(id, from: .zero)), readableStart: .zero)
        let chunks = ChunkReadAhead(topic: "t", threads: broker.readAheadThreads)
        let far = RecordOffset(rawValue: 9_000)
        chunks.begin(broker.log, place, from: far, byteCount: 1_000)
        let first = try chunks.chunk(broker.log, place, from: .zero, byteCount: 1_000)
        #expect(first.start == .zero && first.buffer.rows.first?.offset == 0)
        chunks.reuse(first)
        chunks.begin(broker.log, place, from: far, byteCount: 1_000)
        let second = try chunks.chunk(broker.log, place, from: far, byteCount: 1_000)
        #expect(second.start == far && second.buffer.rows.first?.offset == 9_000)
        // Nothing lies behind the limit.
        chunks.begin(broker.log, place, from: place.limit, byteCount: 1_000)
        chunks.drop()
        try broker.close()
    }
}
