import Broker
import Bytes
import Connectors
import Filters
import Platform
import Records

/// What two filters make of a topic's stored records: the counts, and the first records that only
/// one of them delivers.
struct SubscriptionDifference {
    /// Bytes asked of the log in one read.
    private static let readByteCount = 512 << 10

    private let topic: TopicDescription
    private(set) var difference: FilterDifference
    private(set) var gained: RecordSamples
    private(set) var lost: RecordSamples

    init(
        _ topic: TopicDescription, before: FilterDefinition, after: FilterDefinition,
        sampleCount: Int
    ) throws {
        self.topic = topic
        difference = try FilterDifference(before: before, after: after)
        gained = RecordSamples(topic, countMax: sampleCount)
        lost = RecordSamples(topic, countMax: sampleCount)
    }

    /// Reads from where the source is on to its end, or to a stop signal.
    mutating func read(_ source: any TopicReading) throws {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        let now = SystemClock().wallMilliseconds
        for partition in topic.partitions {
            let stream = RecordStream(topic: topic.name, partition: partition.index)
            while StopSignals.received == nil,
                try source.read(
                    TopicPosition.split(partition.index), into: &buffer, rejected: &rejected,
                    byteCountMax: Self.readByteCount) == .records
            {
                let rows = difference.compare(buffer.block, of: stream, now: now)
                gained.add(buffer.block, rows.gained, of: partition.index)
                lost.add(buffer.block, rows.lost, of: partition.index)
            }
        }
    }
}

/// The first records of a kind, as people and as programs read them.
struct RecordSamples {
    private let topic: [UInt8]
    private var envelope: MessageEnvelope
    private var left: Int
    /// `partition/offset payload`, one a line.
    private var lines: [UInt8] = []
    private var envelopes: [UInt8] = []

    init(_ topic: TopicDescription, countMax: Int) {
        self.topic = Array(topic.name.utf8)
        envelope = MessageEnvelope(topic: topic.name, format: topic.settings.format)
        left = countMax
    }

    mutating func add(
        _ block: borrowing RecordBlock, _ rows: Selection, of partition: Int32
    ) {
        for row in rows.rows.prefix(left) {
            MessageFormat.placedPayloadLine.append(
                block, row: Int(row), topic: topic, partition: partition, to: &lines)
            envelope.append(block, row: Int(row), partition: partition, to: &envelopes)
            left -= 1
        }
    }

    /// The records with all that belongs to them.
    var objects: Field {
        let documents = String(decoding: envelopes, as: UTF8.self).split(separator: "\n")
        return .json("[\(documents.joined(separator: ","))]")
    }

    /// Prints them under a title, if there are any.
    func print(_ title: String, to console: Console) throws {
        guard !lines.isEmpty else { return }
        try console.line(ConsoleStyle.output.bold("\(title):"))
        try console.write(lines.rawSpan)
        try console.line("")
    }
}
