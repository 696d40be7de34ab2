import Bytes
import CommitLog
import Connectors
import Expressions
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("Blocks that a subscription's versions pass over")
struct VersionSkippingTests {
    private static let conditions = ["n < 300", "n > 1400", "n = 1234 OR n = 2000", "n > 2990"]
    /// Before which number each version begins; in the middle of blocks, and at their ends.
    private static let starts = [0, 777, 1_500, 2_250]
    private static let count = 3_000

    private static func write(_ broker: Broker, _ range: Range<Int>) throws {
        var buffer = RecordBuffer()
        for n in range {
            let value = Array("{\"n\":\(n),\"text\":\"record number \(n)\"}".utf8)
            buffer.append(timestamp: Int64(n), key: nil, value: value.rawSpan)
        }
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        try target.write(.main, buffer.block, selection: Selection(all: range.count))
        try target.commit(positions: [:], state: [])
    }

    private static func fill(_ broker: Broker) throws {
        try broker.createTopic("t", TopicSettings(format: .json))
        for (index, condition) in conditions.enumerated() {
            let filter = FilterDefinition(sql: condition, format: .json)
            if index == 0 {
                try broker.createSubscription("s", topic: "t", filter: filter)
            } else {
                try broker.alterSubscription("s", filter: filter)
            }
            let end = index + 1 < starts.count ? starts[index + 1] : count
            for start in stride(from: starts[index], to: end, by: 50) {
                try write(broker, start..<min(end, start + 50))
            }
        }
        try broker.log.sealNow()
        try write(broker, count..<count + 10)
    }

    private static func read(
        _ broker: Broker, _ selector: RecordSelector, from start: Int64, skips: Bool
    ) throws -> [Int64] {
        let source = try TopicSource(
            broker, topic: "t", end: .current, selector: skips ? selector : nil)
        try source.seek(partition: 0, to: RecordOffset(rawValue: start))
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var offsets: [Int64] = []
        while try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1 << 16) == .records
        {
            var selection = Selection(all: buffer.rows.count)
            _ = try selector.select(
                from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
            for row in selection.rows { offsets.append(buffer.rows[Int(row)].offset) }
        }
        return offsets
    }

    @Test("With summaries every record has its version's decision, and all are counted once")
    func versions() throws {
        let broker = try BrokerHarness().open(blockByteCount: 4_000)
        try Self.fill(broker)
        var expected = (0..<300).map { Int64($0) }
        expected += 1_401..<1_500
        expected.append(2_000)
        expected += 2_991..<3_010
        let all = Int64(Self.count + 10)
        for start in [0, 1, 150, 299, 776, 777, 778, 2_100, 2_999, 3_005] as [Int64] {
            let selector = try RecordSelector(broker, subscription: "s")
            let found = try Self.read(broker, selector, from: start, skips: true)
            #expect(found == expected.filter { $0 >= start }, "from \(start)")
            let counts = selector.subscriptionCounts
            #expect(counts.seen + counts.skipped == all - start, "from \(start)")
            #expect(start > 300 || counts.skipped > 1_500, "from \(start): \(counts.skipped)")
        }
        let selector = try RecordSelector(broker, subscription: "s")
        _ = try Self.read(broker, selector, from: 0, skips: true)
        let sizes = zip(Self.starts, Self.starts.dropFirst() + [Self.count + 10]).map { $1 - $0 }
        for (index, size) in sizes.enumerated() {
            let counts = try #require(selector.versionCounts[Int32(index + 1)])
            #expect(counts.seen + counts.skipped == Int64(size), "version \(index + 1)")
        }
        try broker.close()
    }

    @Test("With one version for all, summaries change nothing either")
    func oneVersion() throws {
        let broker = try BrokerHarness().open(blockByteCount: 4_000)
        try Self.fill(broker)
        for version in Int32(1)...4 {
            func selector() throws -> RecordSelector {
                try RecordSelector(broker, subscription: "s", reading: .version(version))
            }
            let skipping = try selector()
            let found = try Self.read(broker, skipping, from: 0, skips: true)
            #expect(try found == Self.read(broker, selector(), from: 0, skips: false))
            #expect(skipping.subscriptionCounts.skipped > 900)
        }
        try broker.close()
    }

    @Test("A connected reader passes over nothing by a version that is no longer in force")
    func connected() throws {
        let broker = try BrokerHarness().open(blockByteCount: 4_000)
        try broker.createTopic("t", TopicSettings(format: .json))
        try broker.createSubscription(
            "s", topic: "t", filter: FilterDefinition(sql: "n < 0", format: .json))
        let selector = try RecordSelector(broker, subscription: "s")
        let source = try TopicSource(broker, topic: "t", end: .never, selector: selector)
        try Self.write(broker, 0..<500)
        try broker.log.sealNow()
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var status = try source.read(
            source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1 << 16)
        #expect(status == .idle && selector.subscriptionCounts.skipped == 500)
        try broker.alterSubscription("s", filter: FilterDefinition(sql: "n = 700", format: .json))
        try Self.write(broker, 500..<1_000)
        try broker.log.sealNow()
        var found: [Int64] = []
        repeat {
            status = try source.read(
                source.splits[0], into: &buffer, rejected: &rejected, byteCountMax: 1 << 16)
            guard status == .records else { break }
            var selection = Selection(all: buffer.rows.count)
            _ = try selector.select(
                from: buffer.block, of: RecordStream(topic: "t"), now: 0, selection: &selection)
            for row in selection.rows { found.append(buffer.rows[Int(row)].offset) }
        } while true
        #expect(found == [700])
        #expect(selector.versionCounts[2].map { $0.seen + $0.skipped } == 500)
        try broker.close()
    }
}
