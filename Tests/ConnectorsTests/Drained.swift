import Bytes
import Records

@testable import Connectors

/// What a source gave until its end.
struct Drained: Equatable {
    struct Record: Equatable {
        let number: Int64
        let payload: [UInt8]
    }

    var records: [Record] = []
    var rejected: [RejectedRecord] = []
    /// After each read that brought something: how many records there were, and the position.
    var boundaries: [Boundary] = []
    var idleCount = 0

    struct Boundary: Equatable {
        let recordCount: Int
        let rejectedCount: Int
        let position: SourcePosition
    }

    init() {}

    /// Reads all splits, one after the other.
    init(_ source: any Source, byteCountMax: Int) throws {
        for split in source.splits { try drain(split, of: source, byteCountMax: byteCountMax) }
    }

    mutating func drain(
        _ split: SplitName, of source: any Source, byteCountMax: Int
    ) throws {
        var buffer = RecordBuffer()
        while true {
            switch try source.read(
                split, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax)
            {
            case .records:
                add(buffer)
                boundaries.append(
                    Boundary(
                        recordCount: records.count, rejectedCount: rejected.count,
                        position: source.position(of: split)))
            case .idle: idleCount += 1
            case .end: return
            }
        }
    }

    private mutating func add(_ buffer: RecordBuffer) {
        let block = buffer.block
        for row in 0..<block.count {
            guard let value = block.value(row) else { continue }
            records.append(
                Record(number: block.rows[row].offset, payload: [UInt8](copying: value)))
        }
    }

    /// The records as texts.
    var texts: [String] { records.map { String(decoding: $0.payload, as: UTF8.self) } }
}
