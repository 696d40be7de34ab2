import Bytes
import CommitLog
import Platform
import Records
import Testing

@testable import Broker

/// Both settings were kept without meaning.
///
/// Sources: Kafka's TopicConfig (`message.timestamp.before.max.ms`, `message.timestamp.after.max.ms`)
/// and LogValidator.validateTimestamp.
@Suite("Times that a topic takes")
struct TimestampRangeTests {
    private static let compressions: [BatchWriter.Compression] = [
        .none, .gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3),
    ]
    private let harness = BrokerHarness()
    private var now: Int64 { harness.clock.wallMilliseconds }

    private func open(_ configs: [String: String]) throws -> Broker {
        let broker = try harness.open()
        var settings = TopicSettings()
        for (name, value) in configs { try TopicConfig.set(name, to: value, in: &settings) }
        if !broker.hasTopic("t") { try broker.createTopic("t", settings) }
        return broker
    }

    /// A batch of records with these times.
    private func batch(
        _ times: [Int64], _ compression: BatchWriter.Compression = .none
    ) -> [UInt8] {
        let writer = BatchWriter(compression: compression)
        for time in times {
            writer.append(
                timestamp: time, key: nil, value: Array("v".utf8).rawSpan,
                headers: [UInt8]().rawSpan, headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    @Test(
        "A record that is older, or newer, than the topic says refuses its batch",
        arguments: compressions)
    func range(_ compression: BatchWriter.Compression) throws {
        let broker = try open([
            "message.timestamp.before.max.ms": "1000", "message.timestamp.after.max.ms": "500",
        ])
        let (earliest, latest) = (now - 1_000, now + 500)
        let rows: [(times: [Int64], found: Int64?)] = [
            ([now], nil), ([earliest, latest], nil), ([latest, earliest, now], nil),
            ([earliest - 1, now], earliest - 1), ([now, earliest - 1, now], earliest - 1),
            ([now, latest + 1], latest + 1), ([latest + 1], latest + 1), ([0], 0),
            // Records without a time.
            ([-1], nil), ([-1, -1], nil),
        ]
        for (times, found) in rows {
            let batch = batch(times, compression)
            let error = Clients.error(Clients.produce(batch, to: "t", broker))
            let expected = found.map {
                ProduceError.invalidTimestamp(found: $0, earliest: earliest, latest: latest)
            }
            #expect(error == expected, "\(times)")
        }
        try broker.close()
    }

    @Test("Without a word of the topic's own, an hour ahead is the limit and the past has none")
    func defaults() throws {
        let broker = try open([:])
        let settings = TopicSettings()
        #expect(
            TopicConfig.timestampBeforeMax.value(in: settings) == "9223372036854775807"
                && TopicConfig.timestampAfterMax.value(in: settings) == "3600000")
        for (time, isTaken) in [(now + 3_600_000, true), (now + 3_600_001, false), (0, true)] {
            let error = Clients.error(Clients.produce(batch([time]), to: "t", broker))
            #expect((error == nil) == isTaken, "\(time)")
        }
        try broker.close()
    }

    @Test("A topic without limits takes any time, also at the ends of what can be said")
    func unlimited() throws {
        let broker = try open([
            "message.timestamp.before.max.ms": "9223372036854775807",
            "message.timestamp.after.max.ms": "9223372036854775807",
        ])
        for time in [Int64.min, 0, .max] {
            let error = Clients.error(Clients.produce(batch([time]), to: "t", broker))
            #expect(error == nil, "\(time)")
        }
        try broker.close()
    }

    @Test("Where the broker stamps, times of clients do not matter")
    func stamped() throws {
        let broker = try open([
            "message.timestamp.before.max.ms": "0", "message.timestamp.after.max.ms": "0",
            "message.timestamp.type": "LogAppendTime",
        ])
        #expect(Clients.error(Clients.produce(batch([0, .max]), to: "t", broker)) == nil)
        try broker.close()
    }

    @Test("Both are settings that last, in records of the form that kept them without meaning")
    func settings() throws {
        var broker = try open([
            "message.timestamp.before.max.ms": "7", "message.timestamp.after.max.ms": "8",
            "flush.ms": "5",
        ])
        try broker.close()
        broker = try open([:])
        let settings = try broker.topic("t").settings
        #expect(settings.timestampBeforeMax == 7 && settings.timestampAfterMax == 8)
        #expect(settings.kept == [.flushTime: "5"])
        for value in ["-1", "x", "", "9223372036854775808"] {
            for name in ["message.timestamp.before.max.ms", "message.timestamp.after.max.ms"] {
                var changed = settings
                #expect(throws: BrokerError.self) {
                    try TopicConfig.set(name, to: value, in: &changed)
                }
            }
        }
        try broker.close()
        // What could be kept while it meant nothing is passed over.
        var record = TopicRecord(settings: settings, partitions: [], createdAt: 0).encoded()
        let place = try #require(record.indices.last { record[$0] == UInt8(ascii: "8") })
        record[place] = UInt8(ascii: "x")
        #expect(TopicRecord(decoding: record)?.settings.timestampAfterMax == 3_600_000)
        // The name under which early records kept what the log keeps now, and its value.
        var early = record
        let name = try #require(early.firstRange(of: Array("flush.ms".utf8)))
        early.replaceSubrange(name, with: Array("segment.ms".utf8))
        early[name.lowerBound - 1] = UInt8("segment.ms".utf8.count)
        let read = try #require(TopicRecord(decoding: early))
        #expect(read.settings.kept.isEmpty && read.settings.timestampBeforeMax == 7)
    }
}
