import Bytes
import Records

@testable import CommitLog

/// Batches for tests, and what is in them.
enum TestBatches {
    /// A batch of records with these values, timestamps ascending from `timestamp`.
    static func batch(
        _ values: [String], timestamp: Int64 = 1_000, compression: BatchWriter.Compression = .none,
        transactionOf producerID: Int64? = nil
    ) -> [UInt8] {
        let writer = BatchWriter(compression: compression)
        for (index, value) in values.enumerated() {
            let bytes = Array(value.utf8)
            writer.append(
                timestamp: timestamp + Int64(index), key: nil, value: bytes.rawSpan,
                headers: [UInt8]().rawSpan, headerCount: 0)
        }
        var bytes: [UInt8] = []
        if let producerID {
            writer.finish(
                into: &bytes, flags: .transactional,
                producer: BatchProducer(id: producerID, epoch: 0, baseSequence: 0))
        } else {
            writer.finish(into: &bytes)
        }
        return bytes
    }

    /// Offsets and values of everything committed that a partition holds from an offset on.
    static func records(
        of partition: PartitionID, in log: CommitLog, from start: Int64? = nil,
        maximumBytes: Int = 1 << 20
    ) throws -> [Record] {
        guard let bounds = log.bounds(partition) else { return [] }
        var next = start.map(RecordOffset.init(rawValue:)) ?? bounds.start
        guard let stable = log.stableView(partition, from: next) else { return [] }
        var found: [Record] = []
        while next < stable.lastStableOffset {
            var bytes: [UInt8] = []
            let result = try log.read(
                partition, from: next, maximumBytes: maximumBytes, into: &bytes)
            found += try decode(result, bytes, from: next.rawValue, stable)
            guard result.nextOffset > next else { break }
            next = result.nextOffset
        }
        return found
    }

    /// Offsets and values of what was read, from an offset on; committed records only if `stable`
    /// is given.
    static func decode(
        _ result: ReadResult, _ bytes: [UInt8], from start: Int64, _ stable: StableView? = nil
    ) throws -> [Record] {
        var found: [Record] = []
        for range in result.batches {
            var buffer = RecordBuffer()
            let header = try BatchReader().read(
                bytes.rawSpan.slice(range.lowerBound, count: range.count), into: &buffer)
            if let stable, stable.isAborted(header) { continue }
            let end = stable?.lastStableOffset.rawValue ?? .max
            for row in 0..<buffer.rows.count
            where buffer.rows[row].offset >= start && buffer.rows[row].offset < end {
                var value: [UInt8] = []
                if let stored = buffer.block.value(row) { value.append(copying: stored) }
                found.append(
                    Record(
                        offset: buffer.rows[row].offset,
                        value: String(decoding: value, as: UTF8.self)))
            }
        }
        return found
    }

    struct Record: Equatable, CustomStringConvertible {
        let offset: Int64
        let value: String
        var description: String { "\(offset)=\(value)" }
    }
}
