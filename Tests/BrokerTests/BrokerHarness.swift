import Broker
import Bytes
import CommitLog
import Connectors
import Platform
import Records
import SystemPackage

/// A broker on a simulated disk, and records to put into it.
struct BrokerHarness {
    var fileSystem = SimulatedFileSystem()
    let clock = ManualClock()
    static let directory: FilePath = "/data"

    func open(
        blockByteCount: Int = LogOptions().blockByteCount, commitFileByteCount: Int64 = 64 << 10,
        partitionCountMax: Int = BrokerLimits.partitionCountMax
    ) throws -> Broker {
        var options = LogOptions()
        options.commitFileByteCount = commitFileByteCount
        options.blockByteCount = blockByteCount
        options.sealsInBackground = false
        return try Broker.open(
            directory: Self.directory, fileSystem: fileSystem, clock: clock, options: options,
            partitionCountMax: partitionCountMax)
    }

    /// Loses power: what was not synchronized is gone.
    mutating func crash(_ outcome: CrashOutcome) { fileSystem = fileSystem.crash(outcome) }

    /// Records with these keys (nil: none), values "0", "1" ….
    static func records(_ keys: [String?], from first: Int = 0) -> RecordBuffer {
        var buffer = RecordBuffer()
        for (index, key) in keys.enumerated() {
            let value = Array("\(first + index)".utf8)
            if let key {
                let key = Array(key.utf8)
                buffer.append(
                    timestamp: Int64(1000 + first + index), key: key.rawSpan, value: value.rawSpan)
            } else {
                buffer.append(
                    timestamp: Int64(1000 + first + index), key: nil, value: value.rawSpan)
            }
        }
        return buffer
    }

    static func write(
        _ keys: [String?], from first: Int = 0, to target: TopicTarget, role: OutputRole = .main
    ) throws {
        let buffer = records(keys, from: first)
        try target.write(role, buffer.block, selection: Selection(all: keys.count))
    }

    /// The values of each partition in order.
    static func values(_ broker: Broker, _ topic: String) throws -> [[String]] {
        let source = try TopicSource(broker, topic: topic, end: .current)
        return try source.splits.map { try values(of: $0, source) }
    }

    static func values(of split: SplitName, _ source: TopicSource) throws -> [String] {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        var values: [String] = []
        while try source.read(split, into: &buffer, rejected: &rejected, byteCountMax: 4096)
            == .records
        {
            let block = buffer.block
            for row in 0..<block.count {
                guard let value = block.value(row) else { continue }
                values.append(String(decoding: [UInt8](copying: value), as: UTF8.self))
            }
        }
        return values
    }
}
