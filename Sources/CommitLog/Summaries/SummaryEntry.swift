import Bytes

/// The summary of one block in a summary file: a header of 32 bytes, integers little-endian, and
/// the summary.
///
/// It names its block by position, base offset and the block's own checksum, so that one that a
/// sealing before a crash has left never speaks for another block at the same place.
struct SummaryEntry {
    /// Byte positions; they tile the header, see the module's layout page.
    enum At {
        static let position = 0
        static let baseOffset = 8
        static let blockCRC = 16
        static let byteCount = 20
        static let reserved = 24
        static let crc = 28
        static let end = 32
    }

    /// Position of the block in the segment.
    let position: Int64
    let baseOffset: Int64
    let blockCRC: UInt32
    /// Where the summary lies in the bytes that were read.
    let summary: Range<Int>

    /// Whether it is of this block.
    func isOf(_ block: BlockPlace) -> Bool {
        position == block.position && baseOffset == block.baseOffset && blockCRC == block.blockCRC
    }

    /// Reads the entry at `start`; nil if there is no whole one.
    init?(parsing bytes: RawSpan, at start: Int) {
        guard bytes.holds(At.end, at: start) else { return nil }
        let header = bytes.slice(start, count: At.end)
        let count = Int(header.littleEndian(at: At.byteCount, as: UInt32.self))
        guard count <= LogLimits.summaryByteCountMax, bytes.holds(count, at: start + At.end),
            header.littleEndian(at: At.reserved, as: UInt32.self) == 0
        else { return nil }
        position = header.littleEndian(at: At.position)
        baseOffset = header.littleEndian(at: At.baseOffset)
        blockCRC = header.littleEndian(at: At.blockCRC)
        summary = start + At.end..<start + At.end + count
        let computed = Self.checksum(
            header.slice(0, count: At.crc), bytes.slice(summary.lowerBound, count: count))
        guard header.littleEndian(at: At.crc, as: UInt32.self) == computed else { return nil }
    }

    /// Appends an entry.
    ///
    /// - Precondition: the summary is within its limit.
    static func append(_ summary: RawSpan, of block: BlockPlace, to bytes: inout [UInt8]) {
        precondition(summary.byteCount <= LogLimits.summaryByteCountMax, "a summary is too long")
        let start = bytes.count
        bytes.append(littleEndian: block.position)
        bytes.append(littleEndian: block.baseOffset)
        bytes.append(littleEndian: block.blockCRC)
        bytes.append(littleEndian: UInt32(summary.byteCount))
        bytes.append(littleEndian: UInt32(0))
        let crc = checksum(bytes.rawSpan.slice(start, count: At.crc), summary)
        bytes.append(littleEndian: crc)
        bytes.append(copying: summary)
    }

    private static func checksum(_ header: RawSpan, _ summary: RawSpan) -> UInt32 {
        var running = CRC32C.Running()
        running.update(header)
        running.update(summary)
        return running.value
    }
}
