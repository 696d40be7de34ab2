import Bytes
import Records

/// Writes what compaction keeps: records into blocks, batches that may not be taken apart as they are.
///
/// One thread at a time.
final class CompactionWriter {
    private let segment: SegmentWriter
    private let writer: BatchWriter
    private let blockByteCount: Int
    private var block: [UInt8] = []
    private var minTimestamp = Int64.max
    private var base: Int64 = 0
    /// What the block being filled says of all its records.
    private var form = BatchWriter.Form()

    init(segment: SegmentWriter, level: Int8, blockByteCount: Int) {
        self.segment = segment
        self.blockByteCount = blockByteCount
        writer = BatchWriter(compression: .zstd(level: Int32(level)))
    }

    /// Adds a record with its offset.
    ///
    /// `deleteHorizon` is when a tombstone may go, nil for other records; `hasLogAppendTime` says that
    /// the record's time is that of its append.
    func append(
        _ records: borrowing RecordBlock, row: Int, deleteHorizon: Int64?, hasLogAppendTime: Bool
    ) throws {
        let place = records.rows[row]
        var wanted = form
        wanted.hasLogAppendTime = hasLogAppendTime
        // A record that is no tombstone may lie in a block with a horizon.
        if let deleteHorizon { wanted.deleteHorizon = deleteHorizon }
        // Records with the time of the append have one time for the whole block.
        let isOtherTime = hasLogAppendTime && place.timestamp != minTimestamp
        if !writer.isEmpty,
            wanted != form || isOtherTime || writer.byteCount >= blockByteCount
                || place.offset - base >= Int64(Int32.max)
        {
            try endBlock()
            wanted.deleteHorizon = deleteHorizon
        }
        if writer.isEmpty {
            base = place.offset
            wanted.deleteHorizon = deleteHorizon
            form = wanted
            writer.start(form)
        }
        writer.append(copying: records, row: row, keepsOffset: true)
        minTimestamp = min(minTimestamp, place.timestamp)
    }

    /// Adds a whole batch.
    func move(_ batch: RawSpan, _ header: BatchHeader, minTimestamp: Int64) throws {
        try endBlock()
        try segment.append(batch, header, minTimestamp: minTimestamp)
    }

    /// Writes the block being filled, if there is one.
    func endBlock() throws {
        guard !writer.isEmpty else { return }
        // Moved out, so that its bytes can be lent; moved back with its memory.
        var block: [UInt8] = []
        swap(&block, &self.block)
        defer { swap(&block, &self.block) }
        block.removeAll(keepingCapacity: true)
        writer.finish(into: &block)
        let header: BatchHeader
        do throws(BatchError) { header = try BatchHeader(parsing: block.rawSpan) } catch {
            preconditionFailure("a block just written cannot be read: \(error)")
        }
        let earliest = minTimestamp
        minTimestamp = .max
        form = BatchWriter.Form()
        try segment.append(block.rawSpan, header, minTimestamp: earliest)
    }
}
