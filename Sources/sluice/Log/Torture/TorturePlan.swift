import Bytes
import CommitLog
import Platform
import Records

/// What a frame holds: it follows from the seed and the frame's identity, so that whoever checks
/// knows it without being told.
struct TorturePlan {
    /// The table of the keyed state that is used.
    static let table: UInt8 = 7
    /// Keys of a producer: its number, a group, a key.
    private static let groups: UInt8 = 3
    private static let keysInGroup: UInt8 = 5

    /// Records for one partition.
    struct Batch {
        /// Index into the partitions of the life.
        let slot: Int
        let records: [TortureRecord]
    }
    enum Change {
        case put(key: [UInt8], value: [UInt8])
        case remove(key: [UInt8])
        case removePrefix([UInt8])
    }

    let id: TortureFrameID
    let batches: [Batch]
    let changes: [Change]
    let durability: Durability

    init(_ id: TortureFrameID, seed: UInt64, slots: Int) {
        var generator = SeededGenerator(seed: seed ^ id.rawValue)
        self.id = id
        let count = [1, 1, 1, 2, 3].randomElement(using: &generator) ?? 1
        batches = (0..<count).map { entry in
            let isLarge = Int.random(in: 0..<24, using: &generator) == 0
            let records = Int.random(in: 1...(isLarge ? 60 : 4), using: &generator)
            let size = UInt16.random(in: 12...(isLarge ? 700 : 300), using: &generator)
            return Batch(
                slot: Int.random(in: 0..<slots, using: &generator),
                records: (0..<records).map {
                    TortureRecord(
                        id: id, entry: UInt8(entry), record: UInt16($0), byteCount: size)
                })
        }
        changes = (0..<Int.random(in: 0...2, using: &generator)).map { index in
            let group = UInt8.random(in: 0..<Self.groups, using: &generator)
            let key = [
                UInt8(id.thread), group, UInt8.random(in: 0..<Self.keysInGroup, using: &generator),
            ]
            switch Int.random(in: 0..<12, using: &generator) {
            case 0: return .removePrefix([UInt8(id.thread), group])
            case 1, 2: return .remove(key: key)
            default:
                let size = UInt16.random(in: 12...90, using: &generator)
                let value = TortureRecord(
                    id: id, entry: UInt8(100 + index), record: 0, byteCount: size)
                return .put(key: key, value: value.bytes)
            }
        }
        durability = Bool.random(using: &generator) ? .fsync : .os
    }

    /// The frame for partitions of these identities.
    func frame(_ partitions: [PartitionID]) -> FrameContent {
        let writer = BatchWriter()
        let noHeaders: [UInt8] = []
        var entries: [FrameEntry] = []
        for batch in batches {
            for record in batch.records {
                writer.append(
                    timestamp: Int64(truncatingIfNeeded: id.rawValue & 0xFFFF_FFFF), key: nil,
                    value: record.bytes.rawSpan, headers: noHeaders.rawSpan, headerCount: 0)
            }
            var bytes: [UInt8] = []
            writer.finish(into: &bytes)
            entries.append(.batches(partitions[batch.slot], bytes))
        }
        for change in changes {
            switch change {
            case .put(let key, let value):
                entries.append(.put(table: Self.table, key: key, value: value))
            case .remove(let key): entries.append(.remove(table: Self.table, key: key))
            case .removePrefix(let prefix):
                entries.append(.removePrefix(table: Self.table, prefix: prefix))
            }
        }
        return FrameContent(entries)
    }

    /// Changes the state as the frame does.
    func apply(to state: inout [[UInt8]: [UInt8]]) {
        for change in changes {
            switch change {
            case .put(let key, let value): state[key] = value
            case .remove(let key): state[key] = nil
            case .removePrefix(let prefix):
                state = state.filter { !$0.key.starts(with: prefix) }
            }
        }
    }
}
