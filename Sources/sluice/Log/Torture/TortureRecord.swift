import Bytes

/// The value of a record, or of a key of the state: it says which frame it belongs to, and every
/// byte of it can be checked without knowing more.
///
///     id u64, entry u8, zero u8, record u16, filler: eight bytes that follow from these, repeated
struct TortureRecord: Equatable, Hashable {
    static let headerByteCount = 12

    let id: TortureFrameID
    let entry: UInt8
    let record: UInt16
    let byteCount: UInt16

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(byteCount))
        bytes.append(littleEndian: id.rawValue)
        bytes.append(entry)
        bytes.append(0)
        bytes.append(littleEndian: record)
        var pattern = filler
        while bytes.count < Int(byteCount) {
            bytes.append(UInt8(truncatingIfNeeded: pattern))
            pattern = pattern >> 8 | pattern << 56
        }
        return bytes
    }

    private var filler: UInt64 { Self.filler(id.rawValue, entry, record) }

    private static func filler(_ id: UInt64, _ entry: UInt8, _ record: UInt16) -> UInt64 {
        // Wraps on purpose: a mixing function.
        (id ^ UInt64(entry) << 56 ^ UInt64(record) << 40) &* 0x9E37_79B9_7F4A_7C15
    }

    init(id: TortureFrameID, entry: UInt8, record: UInt16, byteCount: UInt16) {
        self.id = id
        self.entry = entry
        self.record = record
        self.byteCount = max(byteCount, UInt16(Self.headerByteCount))
    }

    /// Reads a value; nil if one bit of it is not as it was made.
    init?(parsing bytes: RawSpan) {
        guard bytes.byteCount >= Self.headerByteCount, bytes.byteCount <= Int(UInt16.max),
            bytes.byte(at: 9) == 0
        else { return nil }
        let number: UInt64 = bytes.littleEndian(at: 0)
        let entry = bytes.byte(at: 8)
        let record: UInt16 = bytes.littleEndian(at: 10)
        var pattern = Self.filler(number, entry, record)
        var position = Self.headerByteCount
        while position + 8 <= bytes.byteCount {
            guard bytes.littleEndian(at: position, as: UInt64.self) == pattern else { return nil }
            position += 8
        }
        while position < bytes.byteCount {
            guard bytes.byte(at: position) == UInt8(truncatingIfNeeded: pattern) else {
                return nil
            }
            pattern = pattern >> 8 | pattern << 56
            position += 1
        }
        id = TortureFrameID(rawValue: number)
        self.entry = entry
        self.record = record
        byteCount = UInt16(bytes.byteCount)
    }
}

/// Names a frame of a torture: which life of the log, which of its producers, and its number there.
struct TortureFrameID: Hashable, Comparable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(life: Int, thread: Int, sequence: Int) {
        rawValue = UInt64(life) << 40 | UInt64(thread) << 32 | UInt64(sequence)
    }

    var thread: Int { Int(rawValue >> 32 & 0xFF) }
    var sequence: Int { Int(rawValue & 0xFFFF_FFFF) }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension TortureFrameID: CustomStringConvertible {
    var description: String { "frame \(rawValue >> 40).\(thread).\(sequence)" }
}
