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
        /// The first offset that can be read; `values` begin at offset 0, with `-` for offsets that
        /// no reader sees.
        var start = 0
    }
    var partitions: [UInt32: Partition] = [:]
    var tables: [UInt8: [[UInt8]: [UInt8]]] = [:]
    /// Records of open transactions, by producer.
    private var pending: [Int64: [(partition: UInt32, index: Int, value: String)]] = [:]

    static func == (left: LogModel, right: LogModel) -> Bool {
        left.visible == right.visible && left.tables == right.tables
    }

    /// The partitions as readers of committed records see them: up to the first open transaction.
    private var visible: [UInt32: Partition] {
        var visible = partitions
        for record in pending.values.joined() {
            guard var partition = visible[record.partition] else { continue }
            for index in record.index..<partition.values.count {
                partition.values[index] = Self.removed
            }
            visible[record.partition] = partition
        }
        return visible
    }

    /// One change of a script.
    enum Change {
        case records(UInt32, [String])
        /// Records of a transaction of a producer.
        case transaction(UInt32, Int64, [String])
        /// The marker that ends it in a partition.
        case end(UInt32, Int64, ControlMarker)
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
            case .transaction(let id, let producer, let values):
                .batches(
                    PartitionID(rawValue: id), TestBatches.batch(values, transactionOf: producer))
            case .end(let id, let producer, let marker):
                .batches(
                    PartitionID(rawValue: id),
                    marker.batch(
                        producerID: producer, producerEpoch: 0, coordinatorEpoch: 0,
                        timestamp: 1_000))
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

    /// Takes changes, and appends them to a log.
    mutating func append(_ changes: [Change], to log: CommitLog) throws {
        apply(changes)
        try log.append(FrameContent(changes.map(\.entry)))
    }

    mutating func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .records(let id, let values): partitions[id]?.values += values
            case .transaction(let id, let producer, let values):
                for value in values {
                    let index = partitions[id]?.values.count ?? 0
                    pending[producer, default: []].append((id, index, value))
                    partitions[id]?.values.append(Self.removed)
                }
            case .end(let id, let producer, let marker):
                for record in pending[producer] ?? []
                where record.partition == id && marker == .commit
                    && record.index >= partitions[id]?.start ?? 0
                {
                    partitions[id]?.values[record.index] = record.value
                }
                pending[producer]?.removeAll { $0.partition == id }
                partitions[id]?.values.append(Self.removed)
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
    /// Offsets that no record has are `-`.
    init(reading log: CommitLog, tables: [UInt8]) throws {
        for partition in log.partitions() {
            let records = try TestBatches.records(of: partition.id, in: log, maximumBytes: 700)
            let (start, end) = (partition.start.rawValue, partition.end.rawValue)
            var values = [String](repeating: Self.removed, count: Int(end))
            var last = start - 1
            for record in records {
                guard record.offset > last, record.offset < end else {
                    throw Mismatch(text: "offsets of \(partition.id): \(records)")
                }
                last = record.offset
                values[Int(record.offset)] = record.value
            }
            partitions[partition.id.rawValue] = Partition(
                topic: partition.topic, index: partition.index,
                values: values, options: partition.options,
                start: Int(start))
        }
        for table in tables {
            for entry in log.entries(table: table) {
                self.tables[table, default: [:]][entry.key] = entry.value
            }
        }
    }

    /// Stands for a value that was removed.
    static let removed = "-"

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
