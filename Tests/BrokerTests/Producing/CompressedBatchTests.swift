import Broker
import Bytes
import CommitLog
import Connectors
import Filters
import Records
import Testing

@Suite("Compressed batches of clients")
struct CompressedBatchTests {
    private static let compressions: [BatchWriter.Compression] = [
        .gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3),
    ]
    private static let definition = FilterDefinition(sql: "n >= 950", format: .json)

    private static func selected(_ broker: Broker) throws -> (offsets: [Int64], passedOver: Int64) {
        var filter = try SubscriptionFilter(definition)
        let source = try TopicSource(
            broker, topic: "t", end: .current, selector: RecordSelector(conditions: [filter]))
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var offsets: [Int64] = []
        while try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 4096) == .records
        {
            var selection = Selection(all: buffer.rows.count)
            _ = filter.select(
                from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
            for row in selection.rows { offsets.append(buffer.rows[Int(row)].offset) }
        }
        return (offsets, source.passedOver.records)
    }

    @Test(
        "They are filtered as they are, and sealed their blocks are summarised and passed over",
        arguments: compressions)
    func filtered(_ compression: BatchWriter.Compression) throws {
        let broker = try BrokerHarness().open(blockByteCount: 4_000)
        var settings = TopicSettings()
        settings.format = .json
        try broker.createTopic("t", settings)
        try broker.createSubscription("s", topic: "t", filter: Self.definition)
        for start in stride(from: 0, to: 1_000, by: 50) {
            let values = (start..<start + 50).map { "{\"n\":\($0),\"text\":\"some text\"}" }
            let batch = Clients.batch(values, compression: compression)
            #expect(Clients.offset(Clients.produce(batch, to: "t", broker)) == Int64(start))
        }
        let fresh = try Self.selected(broker)
        #expect(fresh.offsets == Array(950..<1_000))
        #expect(fresh.passedOver == 0)
        try broker.log.sealNow()
        let sealed = try Self.selected(broker)
        #expect(sealed.offsets == fresh.offsets)
        #expect(sealed.passedOver >= 800)
        try broker.close()
    }

    @Test(
        "A compacted topic refuses a compressed record without a key, and bytes that are no records",
        arguments: compressions)
    func keyless(_ compression: BatchWriter.Compression) throws {
        let broker = try BrokerHarness().open()
        var settings = TopicSettings()
        settings.storage.cleanup = .compact
        try broker.createTopic("t", settings)
        let values = (0..<20).map { "\($0) is a value" }
        let keyed = Clients.batch(values, hasKeys: true, compression: compression)
        #expect(Clients.offset(Clients.produce(keyed, to: "t", broker)) == 0)
        let keyless = Clients.batch(values, compression: compression)
        #expect(
            Clients.error(Clients.produce(keyless, to: "t", broker))
                == .keylessRecords(topic: "t", indexes: Array(0..<20)))
        // Its first bytes are the codec's magic or length.
        let damaged = Clients.changed(keyed, at: BatchHeader.At.end, to: UInt32(0))
        let error = Clients.error(Clients.produce(damaged, to: "t", broker))
        guard case .corrupt(.compression) = error else {
            Issue.record("answered with \(String(describing: error))")
            return
        }
        try broker.close()
    }
}
