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
    static func stored(in broker: Broker) -> [PartitionID: PartitionDescription] {
        Dictionary(
            broker.log.partitions().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
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
        details.add("Compression level", .count(Int64(topic.settings.compressionLevel)))
        details.add("Created", .time(topic.createdAt))
        details.add("Records", .count(topic.recordCount))
        details.add("Sealed", .bytes(sealedByteCount), name: "sealed_bytes")
        details.add("Subscriptions", .list(topic.subscriptions))
        details.add("Partitions", .objects(partitionObjects))
        return details
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
