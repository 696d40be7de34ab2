/// A 64-bit hash of bytes for tables in memory and for Bloom filters on disk: the same on every
/// machine and in every run, which `Hasher` deliberately is not.
///
/// Multiply-and-fold over eight bytes at a time, as in wyhash's public-domain family. Not for
/// adversarial keys where the table has no bound: whoever stores keys from outside in a table
/// gives it a limit.
@usableFromInline package enum StableHash {
    @inlinable @inline(__always)  // Two instructions, four times in a loop of eight bytes.
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The hash of `bytes`; O(byte count), no allocation.
    @inlinable
    package static func hash(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        let count = bytes.byteCount
        var state = fold(seed ^ 0x9E37_79B9_7F4A_7C15, 0x8EBC_6AF0_9C88_C6E3)
        var position = 0
        while count - position >= 8 {
            let word: UInt64 = bytes.littleEndian(at: position)
            state = fold(state ^ word, 0xD6E8_FEB8_6659_FD93)
            position += 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while position < count {
            rest |= UInt64(bytes.byte(at: position)) << shift
            shift += 8
            position += 1
        }
        state = fold(state ^ rest, 0xA076_1D64_78BD_642F)
        return fold(state ^ UInt64(truncatingIfNeeded: count), 0xE703_7ED1_A0B4_28DB)
    }

    /// The hash of a number; not that of its bytes.
    @inlinable
    package static func hash(_ value: UInt64, seed: UInt64 = 0) -> UInt64 {
        let state = fold(seed ^ 0x9E37_79B9_7F4A_7C15, 0x8EBC_6AF0_9C88_C6E3)
        return fold(state ^ value, 0xA076_1D64_78BD_642F)
    }
}
