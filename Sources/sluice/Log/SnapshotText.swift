import CommitLog
import Records
import SystemPackage

/// A snapshot in words and as JSON.
enum SnapshotText {
    static func lines(_ snapshot: InspectedSnapshot, _ filter: LogDumpFilter) -> [String] {
        var lines = [
            "  the state at \(snapshot.position); the log is needed from "
                + "\(snapshot.neededFrom.rawValue) on; next partition id \(snapshot.nextPartitionID)"
        ]
        for partition in partitions(snapshot, filter) {
            lines.append(
                "    partition id \(partition.id.rawValue): topic \(partition.topic), partition "
                    + "\(partition.index), offsets \(partition.start.rawValue) up to "
                    + "\(partition.end.rawValue) exclusive, \(partition.segments) segments, "
                    + Quantity.bytes(partition.segmentByteCount)
                    + (partition.producers > 0 ? ", \(partition.producers) producers" : ""))
        }
        guard filter.isEmpty else { return lines }
        for table in snapshot.tables {
            lines.append("    table \(table.number): \(table.count) values")
        }
        return lines
    }

    static func fields(
        _ snapshot: InspectedSnapshot, of path: FilePath, _ filter: LogDumpFilter
    ) -> [(name: String, field: Field)] {
        [
            ("file", .text(path.string)), ("position", .count(snapshot.position.rawValue)),
            ("needed_from", .count(snapshot.neededFrom.rawValue)),
            ("next_partition_id", .count(Int64(snapshot.nextPartitionID))),
            ("partitions", .objects(partitions(snapshot, filter).map(fields))),
            (
                "tables",
                .objects(
                    snapshot.tables.map {
                        [("table", .count(Int64($0.number))), ("values", .count(Int64($0.count)))]
                    })
            ),
        ]
    }

    private static func partitions(
        _ snapshot: InspectedSnapshot, _ filter: LogDumpFilter
    ) -> [InspectedSnapshot.Partition] {
        snapshot.partitions.filter { filter.topic == nil || filter.topic == $0.topic }
    }

    private static func fields(
        _ partition: InspectedSnapshot.Partition
    ) -> [(name: String, field: Field)] {
        [
            ("partition_id", .count(Int64(partition.id.rawValue))),
            ("topic", .text(partition.topic)), ("partition", .count(Int64(partition.index))),
            ("start", .count(partition.start.rawValue)), ("end", .count(partition.end.rawValue)),
            ("segments", .count(Int64(partition.segments))),
            ("segment_bytes", .bytes(partition.segmentByteCount)),
            ("producers", .count(Int64(partition.producers))),
        ]
    }
}
