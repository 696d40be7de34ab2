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
        if let producerID {
            // Not numbered: these tests are not about sequences.
            var form = BatchWriter.Form()
            form.isTransactional = true
            form.producer = BatchProducer(id: producerID, epoch: 0, baseSequence: -1)
            writer.start(form)
        }
        for (index, value) in values.enumerated() {
            let bytes = Array(value.utf8)
            writer.append(
                timestamp: timestamp + Int64(index), key: nil, value: bytes.rawSpan,
                headers: [UInt8]().rawSpan, headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    /// A batch of a producer with an identity, its records numbered from `sequence`.
    static func batch(
        _ values: [String], producer: Int64, epoch: Int16 = 0, sequence: Int32,
        isTransactional: Bool = false
    ) -> [UInt8] {
        let writer = BatchWriter()
        var form = BatchWriter.Form()
        form.isTransactional = isTransactional
        form.producer = BatchProducer(id: producer, epoch: epoch, baseSequence: sequence)
        writer.start(form)
        for value in values {
            let bytes = Array(value.utf8)
            writer.append(
                timestamp: 1_000, key: nil, value: bytes.rawSpan, headers: [UInt8]().rawSpan,
                headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
        return bytes
    }

    /// A batch of records with keys, all at one time; a nil value is a tombstone.
    static func batch(
        _ records: [(key: String?, value: String?)], timestamp: Int64 = 1_000,
        compression: BatchWriter.Compression = .none
    ) -> [UInt8] {
        let writer = BatchWriter(compression: compression)
        for record in records {
            let value = record.value.map { Array($0.utf8) } ?? []
            let key = record.key.map { Array($0.utf8) } ?? []
            writer.append(
                timestamp: timestamp, key: record.key == nil ? nil : key.rawSpan,
                value: record.value == nil ? nil : value.rawSpan, headers: [UInt8]().rawSpan,
                headerCount: 0)
        }
        var bytes: [UInt8] = []
        writer.finish(into: &bytes)
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
                found.append(Record(buffer, row))
            }
        }
        return found
    }

    struct Record: Equatable, CustomStringConvertible {
        let offset: Int64
        let value: String
        var key: String?
        var isTombstone = false
        var description: String {
            "\(offset)=\(key.map { $0 + ":" } ?? "")\(isTombstone ? "(gone)" : value)"
        }
    }
}

extension TestBatches.Record {
    fileprivate init(_ buffer: borrowing RecordBuffer, _ row: Int) {
        let block = buffer.block
        offset = block.rows[row].offset
        var bytes: [UInt8] = []
        if let stored = block.value(row) {
            bytes.append(copying: stored)
        } else {
            isTombstone = true
        }
        value = String(decoding: bytes, as: UTF8.self)
        if let stored = block.key(row) {
            key = String(decoding: [UInt8](copying: stored), as: UTF8.self)
        }
    }
}
