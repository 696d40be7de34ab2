import Bytes
import CommitLog
import Connectors
import Expressions
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("Counts of subscriptions")
struct FilterCountTests {
    private typealias Harness = SubscriptionHarness

    /// Reads on as a member of a group does, saving after every few selected records.
    private static func consume(_ broker: Broker, limit: Int64) throws {
        let selector = try RecordSelector(broker, subscription: Harness.name)
        let source = try TopicSource(
            broker, topic: Harness.topic, end: .current, selector: selector)
        for (index, position) in try broker.groupPositions("g", stream: Harness.name) {
            try source.seek(partition: index, to: position.offset)
        }
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var saved: [Int32: FilterCounts] = [:]
        for partition in Int32(0)..<2 {
            let split = TopicPosition.split(partition)
            while try source.read(split, into: &buffer, rejected: &rejected, byteCountMax: 1 << 20)
                == .records
            {
                let block = buffer.block
                var selection = Selection(all: block.count)
                let result = try selector.select(
                    from: block, of: RecordStream(topic: Harness.topic, partition: partition),
                    now: 0, limit: limit, selection: &selection)
                let next = block.rows[result.rowEnd - 1].offset + 1
                let counts = selector.versionCounts
                try broker.saveGroupPositions(
                    "g", stream: Harness.name, [partition: RecordOffset(rawValue: next)],
                    counts: counts.reduce(into: [:]) {
                        $0[$1.key] = $1.value - (saved[$1.key] ?? FilterCounts())
                    })
                saved = counts
                try source.seek(partition: partition, to: RecordOffset(rawValue: next))
            }
        }
    }

    /// What must have been counted for the records before the saved positions: seen and matched.
    private static func expected(_ broker: Broker) throws -> [Int32: [Int64]] {
        let versions = try broker.subscription(Harness.name).versions
        let positions = try broker.groupPositions("g", stream: Harness.name)
        var counts: [Int32: [Int64]] = [:]
        for record in try Harness.all(broker).joined() {
            guard let position = positions[record.partition],
                record.offset < position.offset.rawValue,
                let version = versions.last(where: {
                    $0.start(of: record.partition).rawValue <= record.offset
                })
            else { continue }
            let matched: Int64 = Harness.keeps(record.number, version.filter) ? 1 : 0
            let before = counts[version.number] ?? [0, 0]
            counts[version.number] = [before[0] + 1, before[1] + matched]
        }
        return counts
    }

    private static func stored(_ broker: Broker) throws -> [Int32: [Int64]] {
        try broker.filterCounts(ofSubscription: Harness.name).mapValues { [$0.seen, $0.matched] }
    }

    private static func script(_ broker: Broker) throws {
        try Harness.create(broker, partitions: 2, "02468")
        try Harness.write(broker, 0..<30)
        try consume(broker, limit: 4)
        try Harness.write(broker, 30..<41)
        try broker.alterSubscription(Harness.name, filter: Harness.filter("1"))
        try Harness.write(broker, 41..<60)
        try consume(broker, limit: 3)
    }

    @Test("Totals count every record up to the groups' positions once, whatever cut the batches")
    func totals() throws {
        let harness = BrokerHarness()
        var broker = try harness.open()
        try Self.script(broker)
        let counts = try Self.stored(broker)
        #expect(counts == [1: [41, 21], 2: [19, 2]])
        #expect(try Self.expected(broker) == counts)
        try broker.close()
        broker = try harness.open()
        #expect(try Self.stored(broker) == counts)
        try broker.deleteSubscription(Harness.name)
        try broker.createSubscription(
            Harness.name, topic: Harness.topic, filter: Harness.filter("1"))
        #expect(try Self.stored(broker).isEmpty)
        try broker.close()
    }

    @Test("Power lost during any of many calls: totals and positions belong together")
    func crash() throws {
        let whole = BrokerHarness()
        let first = try whole.open()
        try Self.script(first)
        try first.close()
        let callCount = whole.fileSystem.callCount
        var counted = 0
        // Every third is enough here: the log's own tests take every one.
        for call in stride(from: 1, through: callCount, by: 3) {
            var harness = BrokerHarness()
            harness.fileSystem.inject(.powerLoss, atCall: call)
            if let broker = try? harness.open() {
                try? Self.script(broker)
                try? broker.close()
            }
            harness.crash(call.isMultiple(of: 2) ? .unsyncedLost : .unsyncedKept)
            let broker = try harness.open()
            if broker.subscriptions().map(\.name) == [Harness.name] {
                #expect(
                    try Self.stored(broker) == Self.expected(broker), "call \(call) of \(callCount)"
                )
                counted += try Self.stored(broker).isEmpty ? 0 : 1
            }
            try broker.close()
        }
        #expect(counted > 10, "crashes after the first save")
    }

    @Test("A record at which a subscription stops is not counted before it is passed")
    func failure() throws {
        let broker = try BrokerHarness().open()
        try broker.createTopic("t", TopicSettings(format: .json))
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        var buffer = RecordBuffer()
        for text in ["{\"a\":\"1\"}", "{\"a\":\"2\"}", "{\"a\":\"x\"}", "{\"a\":\"1\"}"] {
            let value = Array(text.utf8)
            buffer.append(timestamp: 0, key: nil, value: value.rawSpan)
        }
        try target.write(.main, buffer.block, selection: Selection(all: 4))
        try target.commit(positions: [:], state: [])
        let definition = FilterDefinition(
            sql: "CAST(a AS INT) = 1", errorPolicy: .fail, format: .json)
        try broker.createSubscription("f", topic: "t", filter: definition)
        let selector = try RecordSelector(broker, subscription: "f")
        let source = try TopicSource(broker, topic: "t", end: .current, selector: selector)
        var rejected: [RejectedRecord] = []
        _ = try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1 << 20)
        var selection = Selection(all: 4)
        let outcome = try selector.select(
            from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
        #expect(outcome.failure?.row == 2 && outcome.rowEnd == 2 && selection.rows == [0])
        #expect(selector.subscriptionCounts.seen == 2 && selector.subscriptionCounts.failed == 0)
        try broker.close()
    }

    @Test("Counters come back from their bytes; every truncation and unknown part is refused")
    func coding() throws {
        let broker = try BrokerHarness().open()
        try Self.script(broker)
        let counts = try #require(try broker.filterCounts(ofSubscription: Harness.name)[1])
        #expect(counts.refused.reduce(0, +) == 20 && !counts.isEmpty)
        let bytes = counts.encoded()
        #expect(FilterCounts(decoding: bytes) == counts)
        #expect(counts + counts - counts == counts)
        for count in 0..<bytes.count {
            #expect(FilterCounts(decoding: Array(bytes[..<count])) == nil)
        }
        #expect(FilterCounts(decoding: bytes + [0]) == nil)
        var damaged = bytes
        damaged[8] = 0xFF  // The highest byte of the first counter: negative.
        #expect(FilterCounts(decoding: damaged) == nil)
        var foreign = bytes
        foreign[51] ^= 0x20  // A letter of the language's name.
        #expect(FilterCounts(decoding: foreign) == nil)
        var later = counts
        later.unreadable = 7
        let laterBytes = later.encoded()
        #expect(bytes[0] == 1 && laterBytes[0] == 2, "what earlier builds cannot read is marked")
        #expect(FilterCounts(decoding: laterBytes) == later)
        #expect((later + later - counts).unreadable == 14)
        for count in 0..<laterBytes.count {
            #expect(FilterCounts(decoding: Array(laterBytes[..<count])) == nil)
        }
        #expect(FilterCounts(decoding: [3] + laterBytes.dropFirst()) == nil)
        try broker.close()
    }
}
