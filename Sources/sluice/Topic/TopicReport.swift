import Broker
import CommitLog
import Records

/// A topic as `topic` shows it: its settings, its partitions and what they take on the disk.
struct TopicReport {
    let topic: TopicDescription
    /// The log's view of the topic's partitions.
    private let stored: [PartitionID: PartitionDescription]

    init(_ topic: TopicDescription, stored: [PartitionID: PartitionDescription]) {
        self.topic = topic
        self.stored = stored
    }

    /// The log's view of all partitions, for several reports.
    static func stored(
        in broker: any BrokerAccess
    ) throws -> [PartitionID: PartitionDescription] {
        try broker.storage(of: nil).partitions
    }

    /// Bytes of the topic's segments; what is not sealed yet lies in the shared commit log.
    var sealedByteCount: Int64 {
        topic.partitions.reduce(0) { $0 + (stored[$1.id]?.segmentByteCount ?? 0) }
    }

    /// Everything about the topic; the partitions as objects for programs.
    var details: Details {
        var details = Details()
        details.add("Topic", .text(topic.name))
        details.add("Format", .text(topic.settings.format.name))
        if !topic.settings.format.columnNames.isEmpty {
            details.add("Columns", .list(topic.settings.format.columnNames))
        }
        let storage = topic.settings.storage
        details.add("Compression level", .count(Int64(storage.compressionLevel)))
        details.add("Cleanup", .text(TopicConfig.cleanupPolicy.storageValue(in: storage) ?? ""))
        details.add(
            "Retention", Self.limit(storage.retentionMilliseconds, "for ever", Self.duration))
        details.add(
            "Retention bytes", Self.limit(storage.retentionByteCount, "unlimited", Quantity.bytes))
        details.add("Config", .list(config))
        details.add("Removed", .list(removed))
        details.add("Created", .time(topic.createdAt))
        details.add("Records", .count(topic.recordCount))
        details.add("Sealed", .bytes(sealedByteCount), name: "sealed_bytes")
        details.add("Subscriptions", .list(topic.subscriptions))
        details.add("Partitions", .objects(partitionObjects))
        return details
    }

    /// Every setting that is set, by Kafka's names, as `--config` takes it.
    private var config: [String] {
        TopicConfig.allCases.compactMap { setting in
            setting.value(in: topic.settings).map { "\(setting.rawValue)=\($0)" }
        }
    }

    /// What was removed so far: `13 records by age (1.2 KiB)`.
    private var removed: [String] {
        RemovalReason.allCases.compactMap { reason in
            let tallies = topic.partitions.compactMap { stored[$0.id]?.removed[reason] }
            let records = tallies.reduce(0) { $0 + $1.records }
            guard records > 0 else { return nil }
            let bytes = tallies.reduce(0) { $0 + $1.bytes }
            return "\(Quantity.count(records)) records by \(OptionsText.name(reason)) "
                + "(\(Quantity.bytes(bytes)))"
        }
    }

    private static func limit(
        _ value: Int64?, _ none: String, _ text: (Int64) -> String
    ) -> Field {
        .text(value.map(text) ?? none)
    }

    /// `7d`, `36h`, `1500ms`: the largest unit that divides it.
    private static func duration(_ milliseconds: Int64) -> String {
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
            as [(String, Int64)]
        where milliseconds > 0 && milliseconds % length == 0 {
            return "\(milliseconds / length)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// A row for each partition.
    var partitionTable: Table {
        var table = Table("Partition", "Start", "End", "Records", "Sealed end", "Sealed bytes")
        for fields in partitionObjects { table.add(fields.map(\.field)) }
        return table
    }

    private var partitionObjects: [[(name: String, field: Field)]] {
        topic.partitions.map { partition in
            let stored = stored[partition.id]
            return [
                ("partition", .count(Int64(partition.index))),
                ("start", .count(partition.start.rawValue)),
                ("end", .count(partition.end.rawValue)),
                ("records", .count(partition.end.rawValue - partition.start.rawValue)),
                ("sealed_end", .count(stored?.sealedEnd.rawValue ?? partition.start.rawValue)),
                ("sealed_bytes", .bytes(stored?.segmentByteCount ?? 0)),
            ]
        }
    }
}
