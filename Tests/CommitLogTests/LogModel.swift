import Platform
import Records

@testable import CommitLog

/// What a log must hold, as arrays and dictionaries.
struct LogModel: Equatable, CustomStringConvertible {
    struct Partition: Equatable {
        let topic: String
        let index: Int32
        var values: [String] = []
        var options = PartitionOptions()
        /// The first offset that can be read; `values` begin at offset 0.
        var start = 0
    }
    var partitions: [UInt32: Partition] = [:]
    var tables: [UInt8: [[UInt8]: [UInt8]]] = [:]

    /// One change of a script.
    enum Change {
        case records(UInt32, [String])
        case put(UInt8, [UInt8], [UInt8])
        case remove(UInt8, [UInt8])
        case removePrefix(UInt8, [UInt8])
        case create(UInt32, topic: String, index: Int32)
        case drop(UInt32)
        case alter(UInt32, PartitionOptions)
        case removeBefore(UInt32, Int)

        var entry: FrameEntry {
            switch self {
            case .records(let id, let values):
                .batches(PartitionID(rawValue: id), TestBatches.batch(values))
            case .put(let table, let key, let value): .put(table: table, key: key, value: value)
            case .remove(let table, let key): .remove(table: table, key: key)
            case .removePrefix(let table, let prefix): .removePrefix(table: table, prefix: prefix)
            case .create(let id, let topic, let index):
                .createPartition(PartitionID(rawValue: id), topic: topic, index: index)
            case .drop(let id): .removePartition(PartitionID(rawValue: id))
            case .alter(let id, let options):
                .alterPartition(PartitionID(rawValue: id), options)
            case .removeBefore(let id, let offset):
                .removeBefore(
                    PartitionID(rawValue: id), offset: RecordOffset(rawValue: Int64(offset)))
            }
        }
    }

    mutating func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .records(let id, let values): partitions[id]?.values += values
            case .put(let table, let key, let value): tables[table, default: [:]][key] = value
            case .remove(let table, let key): tables[table]?[key] = nil
            case .removePrefix(let table, let prefix):
                tables[table] = tables[table]?.filter { !$0.key.starts(with: prefix) }
            case .create(let id, let topic, let index):
                partitions[id] = Partition(topic: topic, index: index)
            case .drop(let id): partitions[id] = nil
            case .alter(let id, let options): partitions[id]?.options = options
            case .removeBefore(let id, let offset): partitions[id]?.removeBefore(offset)
            }
        }
        tables = tables.filter { !$0.value.isEmpty }
    }

    init() {}

    /// What a log holds, read completely.
    ///
    /// Offsets must count from the partition's start without gaps.
    init(reading log: CommitLog, tables: [UInt8]) throws {
        for partition in log.partitions() {
            let records = try TestBatches.records(of: partition.id, in: log, maximumBytes: 700)
            let (start, end) = (partition.start.rawValue, partition.end.rawValue)
            guard records.map(\.offset) == Array(start..<end)
            else { throw Mismatch(text: "offsets of \(partition.id): \(records)") }
            let removed = [String](repeating: Self.removed, count: Int(start))
            partitions[partition.id.rawValue] = Partition(
                topic: partition.topic, index: partition.index,
                values: removed + records.map(\.value), options: partition.options,
                start: Int(start))
        }
        for table in tables {
            for entry in log.entries(table: table) {
                self.tables[table, default: [:]][entry.key] = entry.value
            }
        }
    }

    /// Stands for a value that was removed.
    fileprivate static let removed = "-"

    struct Mismatch: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    var description: String {
        let partitions = partitions.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.topic)/\($0.value.index): \($0.value.values)" }
        let tables = tables.sorted { $0.key < $1.key }.map { table in
            let values = table.value.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            return "\(table.key): \(values)"
        }
        return "\(partitions) \(tables)"
    }
}

extension LogModel.Partition {
    fileprivate mutating func removeBefore(_ offset: Int) {
        guard offset > start else { return }
        start = offset
        for index in 0..<start { values[index] = LogModel.removed }
    }
}
