import Bytes
import Records

/// Turns many small batches into few large compressed blocks, offsets unchanged.
///
/// Not thread-safe; reused for all partitions of one compression level.
final class BlockPacker {
    /// What a finished block is handed to: its bytes, its header, its earliest timestamp.
    typealias Output = (RawSpan, BatchHeader, Int64) throws -> Void

    /// A compressed batch of at least this many bytes is moved as it is.
    static let movedByteCountMin = 64 << 10

    /// A block that is not smaller than this part of its records before compression is made of
    /// fewer of them: stored blocks are to be 64 to 256 KiB whatever is in them.
    private static let storedPart = 4

    private let blockByteCount: Int
    /// Bytes of records at which the block being filled is full.
    private var fullByteCount: Int
    private let reader = BatchReader()
    private let writer: BatchWriter
    private var records = RecordBuffer()
    private var block: [UInt8] = []
    private var minTimestamp = Int64.max
    /// Offset behind the last batch that went into the block being filled.
    private var coveredEnd: Int64 = 0
    /// Base offset of the block being filled.
    private var base: Int64 = 0
    /// Batches whose records cannot be read, which are stored as they came.
    private var unreadableCount: Int64 = 0

    init(level: Int8, blockByteCount: Int) {
        self.blockByteCount = blockByteCount
        fullByteCount = blockByteCount
        writer = BatchWriter(compression: .zstdBlocks(level: Int32(level)))
    }

    /// Adds a stored batch, whose checksum has been compared.
    ///
    /// O(bytes).
    func append(_ batch: RawSpan, _ header: BatchHeader, to output: Output) throws {
        guard !Self.isMoved(header) else { return try move(batch, header, to: output) }
        do throws(BatchError) {
            try reader.read(batch, into: &records)
        } catch {
            // A producer's own bytes, stored as they were given: so they stay.
            unreadableCount += 1
            return try move(batch, header, to: output)
        }
        for row in 0..<records.rows.count {
            let place = records.rows[row]
            // A block's offsets are counted from its base in 31 bits.
            if !writer.isEmpty, place.offset - base >= Int64(Int32.max) {
                try finish(to: output)
            }
            if writer.isEmpty { base = place.offset }
            writer.append(copying: records.block, row: row, keepsOffset: true)
            minTimestamp = min(minTimestamp, place.timestamp)
            coveredEnd = place.offset + 1
            if writer.byteCount >= fullByteCount { try finish(to: output) }
        }
        coveredEnd = header.nextOffset.rawValue
    }

    /// Hands out the block being filled, if there is one.
    func finish(to output: Output) throws {
        guard !writer.isEmpty else { return }
        // Moved out, so that its bytes can be lent; moved back with its memory.
        var block: [UInt8] = []
        swap(&block, &self.block)
        defer { swap(&block, &self.block) }
        block.removeAll(keepingCapacity: true)
        let recordByteCount = writer.byteCount
        let reachesFar = coveredEnd - 1 - base > Int64(Int32.max)
        writer.finish(into: &block, lastOffset: reachesFar ? nil : coveredEnd - 1)
        let header: BatchHeader
        do throws(BatchError) { header = try BatchHeader(parsing: block.rawSpan) } catch {
            preconditionFailure("a block just written cannot be read: \(error)")
        }
        // The next block is probably like this one: as many records as make a fourth of the most.
        let storedMax = blockByteCount / Self.storedPart
        let likely = recordByteCount * storedMax / max(1, header.byteCount)
        fullByteCount = min(blockByteCount, max(storedMax, likely))
        let earliest = minTimestamp
        minTimestamp = .max
        try output(block.rawSpan, header, earliest)
    }

    /// How many batches could not be read since this was asked last.
    func takeUnreadableCount() -> Int64 {
        defer { unreadableCount = 0 }
        return unreadableCount
    }

    /// Forgets the block being filled, after a failure.
    func reset() {
        unreadableCount = 0
        writer.removeAll()
        minTimestamp = .max
    }

    private func move(_ batch: RawSpan, _ header: BatchHeader, to output: Output) throws {
        try finish(to: output)
        try output(batch, header, min(header.baseTimestamp, header.maxTimestamp))
    }

    /// Whether a batch keeps its form: because it says something about all its records that a
    /// mixed block could not say, because it is already large and compressed, or because its codec
    /// is none that there is.
    private static func isMoved(_ header: BatchHeader) -> Bool {
        let attributes = header.attributes
        if attributes.isControl || attributes.hasLogAppendTime
            || attributes.hasDeleteHorizon || header.recordCount == 0
        {
            return true
        }
        switch attributes.codec {
        case .some(.none): return false
        case .gzip, .snappy, .lz4, .zstd: return header.byteCount >= movedByteCountMin
        case nil: return true
        }
    }
}
