import Bytes

/// An entry of a block index: 64 bytes, integers little-endian.
struct BlockPlace: Sendable, Equatable {
    /// Byte positions; they tile the entry, see the module's layout page.
    enum At {
        static let baseOffset = 0
        static let lastOffset = 8
        static let minTimestamp = 16
        static let maxTimestamp = 24
        static let maxTimestampSoFar = 32
        static let position = 40
        static let byteCount = 48
        static let recordCount = 52
        static let blockCRC = 56
        static let crc = 60
        static let end = 64
    }

    let baseOffset: Int64
    let lastOffset: Int64
    let minTimestamp: Int64
    let maxTimestamp: Int64
    /// Highest timestamp of this block and all before it in the segment: it ascends, so a time
    /// can be looked up by halving although timestamps may go back.
    let maxTimestampSoFar: Int64
    /// Position of the block in the segment file.
    let position: Int64
    let byteCount: Int32
    let recordCount: Int32
    /// The block's own checksum: with position and offset it says which block this is.
    let blockCRC: UInt32

    var nextOffset: Int64 { lastOffset + 1 }

    func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(littleEndian: baseOffset)
        bytes.append(littleEndian: lastOffset)
        bytes.append(littleEndian: minTimestamp)
        bytes.append(littleEndian: maxTimestamp)
        bytes.append(littleEndian: maxTimestampSoFar)
        bytes.append(littleEndian: position)
        bytes.append(littleEndian: byteCount)
        bytes.append(littleEndian: recordCount)
        bytes.append(littleEndian: blockCRC)
        let crc = CRC32C.checksum(bytes.rawSpan.slice(start, count: At.crc))
        bytes.append(littleEndian: crc)
    }

    /// The entry at a position, or nil if its checksum is wrong.
    init?(parsing bytes: RawSpan, at start: Int) {
        guard bytes.holds(At.end, at: start) else { return nil }
        let entry = bytes.slice(start, count: At.end)
        guard
            entry.littleEndian(at: At.crc, as: UInt32.self)
                == CRC32C.checksum(entry.slice(0, count: At.crc))
        else { return nil }
        baseOffset = entry.littleEndian(at: At.baseOffset)
        lastOffset = entry.littleEndian(at: At.lastOffset)
        minTimestamp = entry.littleEndian(at: At.minTimestamp)
        maxTimestamp = entry.littleEndian(at: At.maxTimestamp)
        maxTimestampSoFar = entry.littleEndian(at: At.maxTimestampSoFar)
        position = entry.littleEndian(at: At.position)
        byteCount = entry.littleEndian(at: At.byteCount)
        recordCount = entry.littleEndian(at: At.recordCount)
        blockCRC = entry.littleEndian(at: At.blockCRC)
        // The checksum holds, so this would be somebody's intent: what is computed with stays in range.
        guard baseOffset >= 0, lastOffset >= baseOffset, lastOffset < Int64.max / 2,
            position >= FileHeader.At.end, position < Int64.max / 2, byteCount > 0,
            recordCount >= 0
        else { return nil }
    }

    init(
        baseOffset: Int64, lastOffset: Int64, minTimestamp: Int64, maxTimestamp: Int64,
        maxTimestampSoFar: Int64, position: Int64, byteCount: Int32, recordCount: Int32,
        blockCRC: UInt32
    ) {
        self.baseOffset = baseOffset
        self.lastOffset = lastOffset
        self.minTimestamp = minTimestamp
        self.maxTimestamp = maxTimestamp
        self.maxTimestampSoFar = maxTimestampSoFar
        self.position = position
        self.byteCount = byteCount
        self.recordCount = recordCount
        self.blockCRC = blockCRC
    }
}
