import Bytes

/// The hash functions of the language (EXPRESSIONS.md §12).
///
/// For grouping and comparing, not for security.
package enum MessageDigests {
    /// `String.hashCode` of valid UTF-8: over UTF-16 units, modulo 2^32 (Java SE API).
    package static func javaHash(_ text: RawSpan) -> Int32 {
        var hash: UInt32 = 0
        var position = 0
        // All products wrap: the hash is defined modulo 2^32.
        while position < text.byteCount {
            let byte = text.byte(at: position)
            if byte < 0x80 {
                hash = hash &* 31 &+ UInt32(byte)
                position &+= 1
                continue
            }
            let scalar = UTF8Text.decode(text, at: &position)
            if scalar < 0x1_0000 {
                hash = hash &* 31 &+ scalar
            } else {
                hash = hash &* 31 &+ (0xD800 + ((scalar - 0x1_0000) >> 10))
                hash = hash &* 31 &+ (0xDC00 + ((scalar - 0x1_0000) & 0x3FF))
            }
        }
        return Int32(bitPattern: hash)
    }

    /// CRC-32 of zlib and Ethernet (reflected 0x04C11DB7; check value of "123456789" is CBF43926).
    package static func crc32(_ bytes: RawSpan) -> UInt32 {
        var crc = UInt32.max
        for index in 0..<bytes.byteCount {
            crc = crcTable[Int((crc ^ UInt32(bytes.byte(at: index))) & 0xFF)] ^ (crc >> 8)
        }
        return ~crc
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        var crc = UInt32(index)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        return crc
    }

    /// Appends the digest's bytes in lower-case hexadecimal.
    static func appendHexadecimal(_ byte: UInt8, to bytes: inout [UInt8]) {
        for nibble in [byte >> 4, byte & 0xF] {
            bytes.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
        }
    }

    /// Byte `index` of the last blocks of a message: its rest, 0x80, zeros, the length in bits.
    ///
    /// MD5 and SHA-256 pad alike but for the byte order of the length.
    static func paddedByte(
        _ bytes: RawSpan, at index: Int, paddedCount: Int, isBigEndian: Bool
    ) -> UInt8 {
        if index < bytes.byteCount { return bytes.byte(at: index) }
        if index == bytes.byteCount { return 0x80 }
        let lengthIndex = index - (paddedCount - 8)
        guard lengthIndex >= 0 else { return 0 }
        let shift = UInt64(isBigEndian ? 7 - lengthIndex : lengthIndex) * 8
        return UInt8(truncatingIfNeeded: (UInt64(bytes.byteCount) &* 8) >> shift)
    }

    /// Bytes of a message with its padding: a multiple of 64.
    static func paddedCount(_ count: Int) -> Int { (count + 8) / 64 * 64 + 64 }
}
