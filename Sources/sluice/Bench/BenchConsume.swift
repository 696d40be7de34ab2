import ArgumentParser
import Broker
import CommitLog
import Records

/// `sluice bench consume`.
struct BenchConsume: Command {
    static let configuration = CommandConfiguration(
        "consume", abstract: "Measure how fast a topic's history is read.",
        discussion: """
            Makes a topic, reads it from the commit log, seals it and reads it from its segments; \
            with --existing reads what the topic has in both. One thread, in process, from the page \
            cache as far as it has the bytes.

            batches counts stored bytes, as a Kafka consumer is sent them, checksums compared. \
            records decompresses them, finds every record and looks at its value; MB/s are then \
            bytes of values. 1 MB = 1,000,000 bytes.
            """,
        examples: [
            Example("sluice bench consume", "Five million records, both ways."),
            Example(
                "sluice bench consume --topic flights --existing",
                "A topic that is there, from its beginning."),
        ])

    @Option(help: "Number of records, for a topic that is made.")
    var records = 5_000_000

    @OptionGroup var options: BenchOptions

    func run(_ console: Console) throws -> ExitStatus {
        try options.check(records: records)
        var logOptions = LogOptions()
        logOptions.sealsInBackground = false
        var table = Table([
            Table.Column("From"), Table.Column("What"), Table.Column("Records"),
            Table.Column("Stored bytes"), Table.Column("Value bytes"), Table.Column("Time"),
            Table.Column("Records/s", name: "records_per_second"),
            Table.Column("MB/s", name: "mb_per_second"),
        ])
        try BenchTopic.use(options, logOptions: logOptions, mayCreate: !options.existing) { topic in
            let topic = try topic.fill(options, records: records)
            try add("commit log", topic, topic.unsealed, to: &table)
            if !topic.isExisting { try topic.broker.log.sealNow() }
            try add("segments", topic, topic.sealed, to: &table)
        }
        try table.print(
            to: console, as: options.output.output, whenEmpty: "The topic has no records.")
        return .done
    }

    private func add(
        _ from: String, _ topic: BenchTopic,
        _ ranges: [(id: PartitionID, offsets: Range<RecordOffset>)], to table: inout Table
    ) throws {
        guard ranges.contains(where: { !$0.offsets.isEmpty }) else { return }
        for depth in [TopicScan.Depth.batches, .records] {
            // The first pass brings the bytes into the page cache and is not counted.
            if depth == .batches {
                var warming = TopicScan(depth)
                try warming.run(topic.broker.log, ranges)
            }
            var scan = TopicScan(depth)
            try scan.run(topic.broker.log, ranges)
            let bytes = depth == .batches ? scan.storedByteCount : scan.valueByteCount
            table.add([
                .text(from), .text(depth.rawValue), .count(scan.recordCount),
                .bytes(scan.storedByteCount),
                depth == .batches ? .none : .bytes(scan.valueByteCount), .seconds(scan.seconds),
                .number((Double(scan.recordCount) / scan.seconds).rounded()),
                .number((Double(bytes) / scan.seconds / 1e6).rounded()),
            ])
        }
    }
}

extension BenchTopic {
    /// What is in segments, and what is in the commit log only.
    var sealed: [(id: PartitionID, offsets: Range<RecordOffset>)] {
        descriptions.map { ($0.id, $0.start..<max($0.start, $0.sealedEnd)) }
    }
    var unsealed: [(id: PartitionID, offsets: Range<RecordOffset>)] {
        descriptions.map { ($0.id, max($0.start, $0.sealedEnd)..<$0.end) }
    }

    private var descriptions: [PartitionDescription] {
        let ids = Set(ids)
        return broker.log.partitions().filter { ids.contains($0.id) }
    }
}
