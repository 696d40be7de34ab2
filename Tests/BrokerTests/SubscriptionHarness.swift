import Broker
import Bytes
import Connectors
import Filters
import Platform
import Records

/// A topic of numbers and a subscription on it whose versions keep numbers by their last digits.
struct SubscriptionHarness {
    static let topic = "t"
    static let name = "s"

    /// A record that a reader looked at: where it is, its number, and whether it was selected.
    struct Seen: Hashable {
        let partition: Int32
        let offset: Int64
        let number: Int
    }

    /// Keeps numbers that end with one of the digits.
    static func filter(_ digits: String) -> FilterDefinition {
        FilterDefinition(pattern: "[\(digits)]$")
    }

    static func create(_ broker: Broker, partitions: Int32, _ digits: String) throws {
        try broker.createTopic(topic, TopicSettings(partitionCount: partitions))
        try broker.createSubscription(name, topic: topic, filter: filter(digits))
    }

    /// Writes numbers, to all partitions in turn, in one commit.
    static func write(_ broker: Broker, _ numbers: Range<Int>) throws {
        let target = try TopicTarget(broker, topics: [.main: topic], pipeline: nil)
        try BrokerHarness.write(
            Array(repeating: nil, count: numbers.count), from: numbers.lowerBound, to: target)
        try target.commit(positions: [:], state: [])
    }

    /// All records of the topic, by partition.
    static func all(_ broker: Broker) throws -> [[Seen]] {
        let source = try TopicSource(broker, topic: topic, end: .current)
        return try source.splits.indices.map { index in
            try read(source, nil, partition: Int32(index), byteCountMax: 1 << 20)
        }
    }

    /// What a selector selects from where the source is on, up to its end.
    static func read(
        _ source: TopicSource, _ selector: RecordSelector?, partition: Int32, byteCountMax: Int
    ) throws -> [Seen] {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var seen: [Seen] = []
        while try source.read(
            TopicPosition.split(partition), into: &buffer, rejected: &rejected,
            byteCountMax: byteCountMax) == .records
        {
            let block = buffer.block
            var selection = Selection(all: block.count)
            _ = try selector?.select(
                from: block, of: RecordStream(topic: topic, partition: partition), now: 0,
                selection: &selection)
            for row in selection.rows {
                guard let payload = block.value(Int(row)) else { continue }
                let value = [UInt8](copying: payload)
                seen.append(
                    Seen(
                        partition: partition, offset: block.rows[Int(row)].offset,
                        number: Int(String(decoding: value, as: UTF8.self)) ?? -1))
            }
        }
        return seen
    }

    /// The same from the beginning of all partitions.
    static func selected(
        _ broker: Broker, _ reading: RecordSelector.Reading = .inForce, byteCountMax: Int = 1 << 20
    ) throws -> [[Seen]] {
        let selector = try RecordSelector(broker, subscription: name, reading: reading)
        let source = try TopicSource(broker, topic: topic, end: .current, selector: selector)
        return try source.splits.indices.map { index in
            try read(source, selector, partition: Int32(index), byteCountMax: byteCountMax)
        }
    }

    /// What the stored versions must select of the records, one record after the other.
    static func expected(_ broker: Broker) throws -> [[Seen]] {
        let versions = try broker.subscription(name).versions
        return try all(broker).map { records in
            records.filter { record in
                let version = versions.last { version in
                    version.start(of: record.partition).rawValue <= record.offset
                }
                return version.map { keeps(record.number, $0.filter) } ?? false
            }
        }
    }

    static func keeps(_ number: Int, _ filter: FilterDefinition) -> Bool {
        let text = filter.clause("pattern")?.source ?? ""
        return text.contains("\(number % 10)")
    }
}
