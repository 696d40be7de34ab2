import Bytes
import CommitLog
import Connectors
import Filters
import Platform
import Records
import Testing

@testable import Broker

/// A plain topic takes a compressed batch without opening it: one that cannot be opened stopped the
/// subscriptions on it, and searches for times, for ever.
@Suite("Batches whose records cannot be read", .timeLimit(.minutes(1)))
struct UnreadableBatchTests {
    /// Records of one digit each, which is their key, too.
    private static func good(_ numbers: Range<Int>, timestamp: Int64) -> [UInt8] {
        Clients.batch(
            numbers.map { "\($0)" }, hasKeys: true, timestamp: timestamp,
            compression: .lz4(level: 1))
    }

    /// A topic with four records, the batch, and four more, and a subscription to the even ones.
    private static func open(_ batch: [UInt8], _ harness: BrokerHarness) throws -> Broker {
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        try broker.createSubscription(
            "s", topic: "t", filter: FilterDefinition(pattern: "[0246]$"))
        for batch in [good(0..<4, timestamp: 1_000), batch, good(4..<8, timestamp: 3_000)] {
            #expect(Clients.error(Clients.produce(batch, to: "t", broker)) == nil)
        }
        return broker
    }

    private static func count(_ batch: [UInt8]) -> Int64 {
        Int64(batch.rawSpan.bigEndian(at: BatchHeader.At.recordCount, as: Int32.self))
    }

    /// The offsets that a client of the subscription gets, and where it ends.
    private static func subscribed(_ broker: Broker) throws -> (offsets: [Int64], end: Int64) {
        let topic = try #require(broker.readableTopic("s"))
        var next = RecordOffset.zero
        var offsets: [Int64] = []
        var isAtEnd = false
        while !isAtEnd {
            var buffer = RecordBuffer()
            var bytes: [UInt8] = []
            let read = try broker.read(
                topic, partition: 0, from: next, maximumBytes: 1 << 20,
                isolation: .readCommitted, into: &bytes)
            var position = 0
            while position < bytes.count {
                let batch = bytes.rawSpan.slice(position, count: bytes.count - position)
                let header = try BatchHeader(parsing: batch)
                try BatchReader().read(batch.slice(0, count: header.byteCount), into: &buffer)
                offsets += buffer.rows.map(\.offset)
                position += header.byteCount
            }
            next = read.next
            isAtEnd = read.isAtEnd
        }
        return (offsets, next.rawValue)
    }

    private static func readAll(
        _ broker: Broker, _ selector: RecordSelector? = nil
    ) throws -> (offsets: [Int64], rejected: [RejectedRecord]) {
        let source = try TopicSource(broker, topic: "t", end: .current, selector: selector)
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var offsets: [Int64] = []
        while try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 4_096) == .records
        {
            offsets += buffer.rows.map(\.offset)
        }
        return (offsets, rejected)
    }

    private static func check(_ broker: Broker, _ batch: [UInt8], _ stage: String) throws {
        let count = count(batch)
        let id = try #require(broker.readableTopic("t")?.partition(0))
        let before = broker.filterCounts["s"]?[1]?.unreadable ?? 0
        let subscribed = try subscribed(broker)
        #expect(subscribed.offsets == [0, 2, 4 + count, 6 + count], "\(stage)")
        #expect(subscribed.end == 8 + count, "\(stage)")
        #expect(broker.filterCounts["s"]?[1]?.unreadable == before + count, "\(stage)")

        let selector = try RecordSelector(broker, subscription: "s")
        let found = try readAll(broker, selector)
        #expect(found.offsets == Array(0..<4) + Array(4 + count..<8 + count), "\(stage)")
        #expect(found.rejected.map(\.number) == [4], "\(stage)")
        #expect(found.rejected.first?.reason.hasPrefix("partition 0, offsets 4 to ") == true)
        #expect(selector.versionCounts[1]?.unreadable == count, "\(stage)")

        let times: [Int64] = [0, 1_001, 2_000, 3_000, 3_001]
        let offsets = try times.map { try broker.log.offset(id, atOrAfter: $0)?.rawValue }
        #expect(offsets == [0, 4 + count, 4 + count, 4 + count, nil], "\(stage)")
    }

    @Test(
        "One is passed over and counted by whoever reads, searches, seals and compacts",
        arguments: UnreadableBatches.all)
    func readers(_ wrong: UnreadableBatches.Case) throws {
        let harness = BrokerHarness()
        var broker = try Self.open(wrong.batch, harness)
        try Self.check(broker, wrong.batch, "fresh")
        #expect(broker.log.statistics.unreadableBatches > 0)
        try broker.close()
        broker = try harness.open()
        try broker.log.sealNow()
        #expect(broker.log.statistics.unreadableBatches == 1)
        try Self.check(broker, wrong.batch, "sealed")
        var settings = try broker.topic("t").settings
        settings.storage.cleanup = .compact
        try broker.alterTopic("t", settings: settings)
        try broker.compactTopic("t")
        try Self.check(broker, wrong.batch, "compacted")
        try broker.trimTopic("t", partition: 0, before: .offset(RecordOffset(rawValue: 6)))
        try broker.log.enforceRetention()
        #expect(try Self.readAll(broker).offsets.first == 4 + Self.count(wrong.batch))
        try broker.close()
    }

    @Test("The last one of a partition is passed over, and the reader waits behind it")
    func last() throws {
        let harness = BrokerHarness()
        let broker = try Self.open(Self.good(8..<9, timestamp: 2_000), harness)
        let bad = UnreadableBatches.all[0].batch
        #expect(Clients.error(Clients.produce(bad, to: "t", broker)) == nil)
        let (offsets, end) = try Self.subscribed(broker)
        #expect(offsets == [0, 2, 5, 7])
        #expect(end == 9 + Self.count(bad))
        let id = try #require(broker.readableTopic("t")?.partition(0))
        #expect(try broker.log.record(id, atOrAfter: 3_001) == nil)
        try broker.close()
    }

    @Test("Of an aborted transaction nothing is counted")
    func aborted() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings())
        let client = try TransactionClient(broker, "x")
        #expect(client.add([TopicPartition(topic: "t", partition: 0)]) == nil)
        let whole = Clients.batch(
            (0..<9).map { "value \($0)" }, compression: .gzip(level: 6),
            producer: BatchProducer(
                id: client.identity.id, epoch: client.identity.epoch, baseSequence: 0),
            isTransactional: true)
        let bad = Clients.changed(whole, at: BatchHeader.At.end, to: UInt32(0))
        #expect(Clients.error(Clients.produce(bad, to: "t", broker)) == nil)
        #expect(client.end(.abort) == nil)
        let found = try Self.readAll(broker)
        #expect(found.offsets.isEmpty && found.rejected.isEmpty)
        try broker.close()
    }
}
