import Broker
import Bytes
import CommitLog
import Connectors
import Filters
import Platform
import Records
import SystemPackage
import Testing

@Suite("Blocks that a filter passes over")
struct BlockSkippingTests {
    private static let filters: [FilterDefinition] =
        [
            "n > 2900", "n = 17", "n BETWEEN 100 AND 120 AND origin = 'JFK'", "origin = 'LGA'",
            "origin = 'SFO'", "tail = 'T2044'", "tail LIKE 'T29%'", "n IS NULL",
            "missing IS NOT NULL", "NOT n < 2990", "n IN (5, 2500)", "late",
            "n > 2900 OR origin = 'SFO'", "prop.h = 'h7'",
        ].map { FilterDefinition(sql: $0, format: .json) } + [
            FilterDefinition(tag: "red || none", format: .json),
            FilterDefinition(tag: "none", format: .json),
            FilterDefinition(tag: "red", sql: "n < 50", format: .json),
            FilterDefinition(
                sql: "CAST(tail AS INT) = 1 AND n = -1", errorPolicy: .fail, format: .json),
        ]

    /// Records in which n ascends, origins come in stretches, tails are many; some are no JSON.
    private static func records(_ range: Range<Int>) -> RecordBuffer {
        var buffer = RecordBuffer()
        for n in range {
            let origin = ["EWR", "JFK", "LGA"][n / 200 % 3]
            let text =
                n % 97 == 5
                ? "{broken" : "{\"n\":\(n),\"origin\":\"\(origin)\",\"tail\":\"T\(n)\"}"
            var headers = HeaderList()
            headers.append(name: "h", value: Array("h\(n / 300)".utf8))
            if n / 500 == 2 { headers.append(name: "TAGS", value: Array("red".utf8)) }
            let value = Array(text.utf8)
            buffer.append(
                timestamp: Int64(1_000 + n), key: nil, value: value.rawSpan, headers: headers)
        }
        return buffer
    }

    private static func offsets(
        _ broker: Broker, _ definition: FilterDefinition, skips: Bool
    ) throws -> (offsets: [Int64], skipped: Int64) {
        var filter = try SubscriptionFilter(definition)
        let source = try TopicSource(
            broker, topic: "t", end: .current,
            selector: skips ? RecordSelector(conditions: [filter]) : nil)
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var offsets: [Int64] = []
        while try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 4096) == .records
        {
            var selection = Selection(all: buffer.rows.count)
            let stream = RecordStream(topic: "t")
            let outcome = filter.select(
                from: buffer.block, of: stream, now: 0, selection: &selection)
            for row in selection.rows { offsets.append(buffer.rows[Int(row)].offset) }
            if outcome.failure != nil { break }
        }
        return (offsets, source.passedOver.records)
    }

    private static func fill(_ broker: Broker) throws {
        var settings = TopicSettings()
        settings.format = .json
        try broker.createTopic("t", settings)
        for (index, definition) in filters.enumerated() {
            try broker.createSubscription("s\(index)", topic: "t", filter: definition)
        }
        for start in stride(from: 0, to: 3_000, by: 250) {
            let buffer = records(start..<start + 250)
            let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
            try target.write(.main, buffer.block, selection: Selection(all: 250))
            try target.commit(positions: [:], state: [])
            // The last ones stay in the commit log.
            if start == 2_500 { try broker.log.sealNow() }
        }
    }

    @Test("With summaries, without them and with damaged ones the same records are found")
    func sameResults() throws {
        let harness = BrokerHarness()
        let broker = try harness.open(blockByteCount: 4_000)
        try Self.fill(broker)
        var expected: [[Int64]] = []
        var skipped: [Int64] = []
        for definition in Self.filters {
            let whole = try Self.offsets(broker, definition, skips: false)
            let found = try Self.offsets(broker, definition, skips: true)
            #expect(found.offsets == whole.offsets, "\(definition)")
            #expect(whole.skipped == 0)
            expected.append(whole.offsets)
            skipped.append(found.skipped)
        }
        print("records passed over of 2750: \(skipped)")
        #expect(skipped[0] > 2_500 && skipped[1] > 2_000 && skipped[3] > 500)
        #expect(skipped[4] == 2_750 && skipped[15] == 2_750)
        #expect(skipped[17] == 0, "a record that may stop the subscription was passed over")
        try broker.close()

        let directory: FilePath = "/data/topics/t/0"
        let names = try harness.fileSystem.list(directory).filter { $0.hasSuffix(".summary") }
        #expect(!names.isEmpty)
        for step in 0..<9 {
            var damaged = harness
            damaged.fileSystem = harness.fileSystem.copy()
            for name in names {
                let path = directory.appending(name)
                if step == 0 {
                    try damaged.fileSystem.remove(path)
                    continue
                }
                let size = Int(try #require(try damaged.fileSystem.status(of: path)).size)
                damaged.fileSystem.flipBit(step % 8, at: step * 7919 % size, of: path)
            }
            let broker = try damaged.open(blockByteCount: 4_000)
            for (index, definition) in Self.filters.enumerated() where (index + step) % 3 == 0 {
                let found = try Self.offsets(broker, definition, skips: true)
                #expect(found.offsets == expected[index], "step \(step): \(definition)")
            }
            try broker.close()
        }
    }

    @Test("Subscriptions that come after the records get their summaries when asked for")
    func onDemand() throws {
        let harness = BrokerHarness()
        let broker = try harness.open(blockByteCount: 4_000)
        var settings = TopicSettings()
        settings.format = .json
        try broker.createTopic("t", settings)
        let buffer = Self.records(0..<1_000)
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        try target.write(.main, buffer.block, selection: Selection(all: 1_000))
        try target.commit(positions: [:], state: [])
        try broker.log.sealNow()
        let wanted = FilterDefinition(sql: "n = 17", format: .json)
        #expect(try Self.offsets(broker, wanted, skips: true).skipped == 0)
        #expect(try broker.summarizeBlocks(of: "t").blocks == 0)
        try broker.createSubscription("s", topic: "t", filter: wanted)
        let made = try broker.summarizeBlocks(of: "t")
        #expect(made.segments == 1 && made.blocks > 3)
        #expect(try broker.summarizeBlocks(of: "t").blocks == 0)
        let found = try Self.offsets(broker, wanted, skips: true)
        #expect(found.offsets == [17] && found.skipped > 400)
        try broker.close()
    }
}
