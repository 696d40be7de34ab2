import Platform
import Records

@testable import CommitLog

/// What a log must hold and may hold, as arrays and dictionaries.
struct SimulationModel {
    struct Record: Equatable {
        let value: String
        let time: Int64
    }
    struct Partition: Equatable {
        let topic: String
        let index: Int32
        /// Offsets before it were removed.
        var start = 0
        /// The record at each offset, the removed ones included.
        var records: [Record] = []
    }
    enum Change: Equatable {
        case records(UInt32, [Record])
        case put(UInt8, [UInt8], [UInt8])
        case remove(UInt8, [UInt8])
        case removePrefix(UInt8, [UInt8])
        case create(UInt32, topic: String, index: Int32)
        case drop(UInt32)
        /// Removes the records before an offset.
        case cut(UInt32, Int)

        var entry: FrameEntry {
            switch self {
            case .records(let id, let records):
                .batches(
                    PartitionID(rawValue: id),
                    TestBatches.batch(records.map(\.value), timestamp: records[0].time))
            case .put(let table, let key, let value): .put(table: table, key: key, value: value)
            case .remove(let table, let key): .remove(table: table, key: key)
            case .removePrefix(let table, let prefix): .removePrefix(table: table, prefix: prefix)
            case .create(let id, let topic, let index):
                .createPartition(PartitionID(rawValue: id), topic: topic, index: index)
            case .drop(let id): .removePartition(PartitionID(rawValue: id))
            case .cut(let id, let offset):
                .removeBefore(
                    PartitionID(rawValue: id), offset: RecordOffset(rawValue: Int64(offset)))
            }
        }
    }
    struct Frame {
        let number: Int
        let changes: [Change]
        let durability: Durability
    }

    /// What one log position shows.
    struct State: Equatable {
        var partitions: [UInt32: Partition] = [:]
        var tables: [UInt8: [[UInt8]: [UInt8]]] = [:]
        var nextID: UInt32 = 0

        /// Takes a whole frame; false, and nothing is changed, if it contradicts the state.
        mutating func apply(_ frame: Frame) -> Bool {
            var next = self
            for change in frame.changes {
                guard next.apply(change) else { return false }
            }
            next.tables = next.tables.filter { !$0.value.isEmpty }
            self = next
            return true
        }

        private mutating func apply(_ change: Change) -> Bool {
            switch change {
            case .records(let id, let records):
                guard partitions[id] != nil else { return false }
                partitions[id]?.records += records
            case .put(let table, let key, let value): tables[table, default: [:]][key] = value
            case .remove(let table, let key): tables[table]?[key] = nil
            case .removePrefix(let table, let prefix):
                tables[table] = tables[table]?.filter { !$0.key.starts(with: prefix) }
            case .create(let id, let topic, let index):
                let isTaken = partitions.values.contains { $0.topic == topic && $0.index == index }
                guard id >= nextID, !isTaken else { return false }
                partitions[id] = Partition(topic: topic, index: index)
                nextID = id + 1
            case .drop(let id):
                guard partitions.removeValue(forKey: id) != nil else { return false }
            case .cut(let id, let offset):
                guard let partition = partitions[id], offset <= partition.records.count else {
                    return false
                }
                partitions[id]?.start = max(partition.start, offset)
            }
            return true
        }

        /// For messages.
        var summary: String {
            let partitions = partitions.sorted { $0.key < $1.key }.map { id, partition in
                "\(id) \(partition.topic)/\(partition.index): \(partition.start) to "
                    + "\(partition.records.count), "
                    + "\(partition.records.last?.value.prefix(6) ?? "-")"
            }
            let tables = tables.sorted { $0.key < $1.key }.map { table in
                let values = table.value.map { "\($0.key) \($0.value.prefix(4))" }.sorted()
                return "table \(table.key) \(values)"
            }
            return "\(partitions) \(tables)"
        }

        /// Without what no reader can see: removed records, and an identity that was given and is
        /// free again.
        var seen: State {
            var seen = self
            seen.nextID = 0
            for (id, partition) in partitions {
                let none = Record(value: "", time: 0)
                let start = partition.start
                seen.partitions[id]?.records
                    .replaceSubrange(..<start, with: repeatElement(none, count: start))
            }
            return seen
        }
    }

    /// What readers see.
    private(set) var visible = State()
    /// Where the log ends for them.
    private(set) var end = LogPosition.zero
    /// What no power cut may take.
    private(set) var durable = State()
    /// Acknowledged behind it, only written.
    private(set) var written: [Frame] = []
    /// Submitted and not answered, in order.
    private(set) var waiting: [Frame] = []
    /// Answered with `.poisoned`: a later opening may find them.
    private(set) var doubtful: [Frame] = []
    private(set) var isPoisoned = false

    /// What readers will see if all that waits is taken.
    var projected: State {
        var state = visible
        for frame in waiting { _ = state.apply(frame) }
        return state
    }

    mutating func submitted(_ frame: Frame) { waiting.append(frame) }

    /// Takes an answer; what is wrong with it, or nil.
    mutating func answered(_ number: Int, with receipt: AppendReceipt) -> String? {
        guard let frame = waiting.first, frame.number == number else {
            return "frame \(number) was acknowledged before those in front of it"
        }
        guard !isPoisoned else { return "a poisoned log has acknowledged frame \(number)" }
        guard receipt.position > end else { return "frame \(number) ends at \(receipt.position)" }
        waiting.removeFirst()
        var ends = visible.partitions.mapValues { Int64($0.records.count) }
        var bases: [Int64] = []
        for change in frame.changes {
            switch change {
            case .records(let id, let records):
                bases.append(ends[id] ?? 0)
                ends[id, default: 0] += Int64(records.count)
            case .create(let id, _, _): ends[id] = 0
            default: break
            }
        }
        guard visible.apply(frame) else { return "frame \(number) contradicts what is there" }
        // Offsets in a partition that the same frame removes do not matter.
        let isDropped = frame.changes.contains { if case .drop = $0 { true } else { false } }
        guard isDropped || receipt.baseOffsets.map(\.rawValue) == bases else {
            return "frame \(number) got offsets \(receipt.baseOffsets), not \(bases)"
        }
        end = receipt.position
        written.append(frame)
        if frame.durability == .fsync { allIsDurable() }
        return nil
    }

    /// Takes a refusal; what is wrong with it, or nil.
    ///
    /// `excuse` is whether the disk has failed.
    mutating func refused(_ number: Int, with error: AppendError, excuse: Bool) -> String? {
        guard let index = waiting.firstIndex(where: { $0.number == number }) else {
            return "frame \(number) was answered twice"
        }
        let frame = waiting[index]
        let isContradictory = contradicts(at: index)
        waiting.remove(at: index)
        let isLegal: Bool
        switch error {
        case .unknownPartition, .partitionExists, .identityUsed, .removalBeyondEnd:
            isLegal = isContradictory
        case .noSpace, .unavailable: isLegal = excuse
        case .poisoned:
            isLegal = excuse || isPoisoned
            isPoisoned = true
            doubtful.append(frame)
        default: isLegal = false
        }
        return isLegal ? nil : "frame \(number) was refused: \(error)"
    }

    /// Whether a waiting frame is wrong, with or without those that wait in front of it.
    private func contradicts(at index: Int) -> Bool {
        var state = visible
        for frame in waiting[..<index] {
            var next = state
            if !next.apply(waiting[index]) { return true }
            _ = state.apply(frame)
        }
        return !state.apply(waiting[index])
    }

    mutating func allIsDurable() {
        durable = visible
        written.removeAll()
    }

    /// Takes what an opening has found after a power cut or, if `keepsWritten`, after the end of
    /// the process; false if that cannot be.
    mutating func reopened(_ found: State, end: LogPosition, keepsWritten: Bool) -> Bool {
        var state = durable
        var isPossible = false
        let candidates = written + doubtful + waiting
        for count in 0...candidates.count {
            if count >= (keepsWritten ? written.count : 0), state.seen == found.seen {
                isPossible = true
                break
            }
            if count < candidates.count { _ = state.apply(candidates[count]) }
        }
        guard isPossible else { return false }
        self = SimulationModel()
        visible = state
        visible.nextID = found.nextID
        durable = visible
        self.end = end
        return true
    }
}
