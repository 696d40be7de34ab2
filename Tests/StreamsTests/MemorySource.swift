import Bytes
import Connectors
import Records

/// A source of records in memory, cut into reads of any size.
final class MemorySource: Source {
    /// A record, or with a reason one that the format refuses.
    struct Record {
        var offset: Int64
        var timestamp: Int64 = 0
        var key: String?
        var value: String
        var rejection: String?
    }

    let splits: [SplitName]
    let format: PayloadFormat
    /// How many records a read brings.
    private var readCount: () -> Int
    private var records: [SplitName: [Record]]
    private var places: [SplitName: Int] = [:]
    /// Whether a split that is read to its end has ended, or is idle.
    private let isBounded: Bool

    init(
        _ records: [[Record]], format: PayloadFormat = .json, isBounded: Bool = true,
        readCount: @escaping () -> Int = { 1000 }
    ) {
        splits = records.indices.map { SplitName("split-\($0)") }
        self.format = format
        self.isBounded = isBounded
        self.readCount = readCount
        self.records = Dictionary(uniqueKeysWithValues: zip(splits, records))
    }

    /// One split of JSON lines.
    convenience init(lines: [String], readCount: @escaping () -> Int = { 1000 }) {
        let records = lines.enumerated().map { Record(offset: Int64($0), value: $1) }
        self.init([records], readCount: readCount)
    }

    /// Adds records to a live split.
    func append(_ record: Record, to split: Int) {
        records[splits[split], default: []].append(record)
    }

    func seek(_ split: SplitName, to position: SourcePosition) throws {
        places[split] = Int(position.bytes.rawSpan.littleEndian(at: 0, as: Int64.self))
    }

    func position(of split: SplitName) -> SourcePosition {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: Int64(places[split] ?? 0))
        return SourcePosition(bytes: bytes)
    }

    func read(
        _ split: SplitName, into buffer: inout RecordBuffer, rejected: inout [RejectedRecord],
        byteCountMax: Int
    ) throws -> SourceStatus {
        buffer.removeAll()
        let all = records[split] ?? []
        let start = places[split] ?? 0
        guard start < all.count else { return isBounded ? .end : .idle }
        let end = min(all.count, start + max(1, readCount()))
        for record in all[start..<end] {
            if let reason = record.rejection {
                rejected.append(
                    RejectedRecord(
                        number: record.offset, position: 0, reason: reason,
                        text: Array(record.value.utf8)))
                continue
            }
            let key = record.key.map { Array($0.utf8) }
            if let key {
                buffer.append(
                    timestamp: record.timestamp, key: key.rawSpan,
                    value: Array(record.value.utf8).rawSpan)
            } else {
                buffer.append(
                    timestamp: record.timestamp, key: nil,
                    value: Array(record.value.utf8).rawSpan)
            }
            buffer.rows[buffer.rows.count - 1].offset = record.offset
        }
        places[split] = end
        return .records
    }

    var progress: SourceProgress? { nil }

    func waitForInput() -> Bool { false }

    func close() {}
}
