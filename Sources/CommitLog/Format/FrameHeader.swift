import Bytes

/// The 48 bytes before the entries of a frame; integers are little-endian.
struct FrameHeader: Equatable {
    /// Byte positions; they tile the header, see the module's layout page.
    enum At {
        static let magic = 0
        static let byteCount = 4
        static let position = 8
        static let syncedBefore = 16
        static let timestamp = 24
        static let entryCount = 32
        static let entriesCRC = 36
        static let tag = 40
        static let headerCRC = 44
        static let end = 48
    }
    /// "SLF1".
    static let magic: UInt32 = 0x3146_4C53
    /// Frames begin at multiples of this; the bytes between are zero.
    static let alignment = 8

    /// Bytes of header and entries, without the padding behind them.
    let byteCount: Int
    let position: LogPosition
    /// Up to here the log was durable when the frame was written: bytes before it that are
    /// damaged were acknowledged, and no torn write.
    let syncedBefore: LogPosition
    /// Wall clock in milliseconds.
    let timestamp: Int64
    let entryCount: Int
    /// CRC-32C of everything behind the header, the padding included.
    let entriesCRC: UInt32
    /// That of the file: see ``CommitFile/tag``.
    let tag: UInt32

    /// Bytes from this frame's start to the next one's.
    var stride: Int { Self.padded(byteCount) }

    static func padded(_ byteCount: Int) -> Int {
        (byteCount + alignment - 1) / alignment * alignment
    }

    /// Writes the header over the first bytes of a frame.
    func write(to frame: inout [UInt8]) {
        frame.replace(at: At.magic, littleEndian: Self.magic)
        frame.replace(at: At.byteCount, littleEndian: UInt32(byteCount))
        frame.replace(at: At.position, littleEndian: position.rawValue)
        frame.replace(at: At.syncedBefore, littleEndian: syncedBefore.rawValue)
        frame.replace(at: At.timestamp, littleEndian: timestamp)
        frame.replace(at: At.entryCount, littleEndian: UInt32(entryCount))
        frame.replace(at: At.entriesCRC, littleEndian: entriesCRC)
        frame.replace(at: At.tag, littleEndian: tag)
        let crc = CRC32C.checksum(frame.rawSpan.slice(0, count: At.headerCRC))
        frame.replace(at: At.headerCRC, littleEndian: crc)
    }

    init(
        byteCount: Int, position: LogPosition, syncedBefore: LogPosition, timestamp: Int64,
        entryCount: Int, entriesCRC: UInt32, tag: UInt32
    ) {
        self.byteCount = byteCount
        self.position = position
        self.syncedBefore = syncedBefore
        self.timestamp = timestamp
        self.entryCount = entryCount
        self.entriesCRC = entriesCRC
        self.tag = tag
    }

    /// The header at the start of `bytes`, or nil if there is no whole one for this position and tag.
    init?(parsing bytes: RawSpan, at position: LogPosition, tag: UInt32) {
        guard bytes.byteCount >= At.end,
            bytes.littleEndian(at: At.magic, as: UInt32.self) == Self.magic,
            bytes.littleEndian(at: At.headerCRC, as: UInt32.self)
                == CRC32C.checksum(bytes.slice(0, count: At.headerCRC))
        else { return nil }
        byteCount = Int(bytes.littleEndian(at: At.byteCount, as: UInt32.self))
        self.position = LogPosition(rawValue: bytes.littleEndian(at: At.position))
        syncedBefore = LogPosition(rawValue: bytes.littleEndian(at: At.syncedBefore))
        timestamp = bytes.littleEndian(at: At.timestamp)
        entryCount = Int(bytes.littleEndian(at: At.entryCount, as: UInt32.self))
        entriesCRC = bytes.littleEndian(at: At.entriesCRC)
        self.tag = bytes.littleEndian(at: At.tag)
        // The checksum holds, so a contradiction would be our own bug or a frame of another
        // place (a write that the disk misplaced).
        guard self.position == position, self.tag == tag, byteCount >= At.end,
            byteCount <= LogLimits.frameByteCountMax,
            syncedBefore <= position
        else { return nil }
    }

    /// Whether the bytes behind the header are those that were written; `frame` is the whole one.
    func holdsEntries(_ frame: RawSpan) -> Bool {
        frame.byteCount >= stride
            && CRC32C.checksum(frame.slice(At.end, count: stride - At.end)) == entriesCRC
    }
}
