import Bytes

/// UTF-8 as bytes: validation, code points, encoding; total, and without allocation.
package enum UTF8Text {
    /// Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7: no overlong form, no
    /// surrogate, nothing above U+10FFFF); O(byte count), 16 ASCII bytes at a time.
    package static func isValid(_ bytes: RawSpan) -> Bool {
        firstInvalid(in: bytes) == nil
    }

    /// Position of the first byte that does not start a well-formed sequence, or nil.
    package static func firstInvalid(in bytes: RawSpan, from start: Int = 0) -> Int? {
        let count = bytes.byteCount
        var position = start
        while position < count {
            while position &+ 16 <= count {
                let low: UInt64 = bytes.littleEndian(at: position)
                let high: UInt64 = bytes.littleEndian(at: position &+ 8)
                if (low | high) & 0x8080_8080_8080_8080 != 0 { break }
                position &+= 16
            }
            if position == count { return nil }
            if bytes.byte(at: position) < 0x80 {
                position &+= 1
                continue
            }
            let length = sequenceLength(bytes, at: position)
            if length == 0 { return position }
            position &+= length
        }
        return nil
    }

    /// Bytes of the well-formed sequence at `position`, 1…4, or 0 if there is none.
    ///
    /// - Precondition: `position` lies within the span.
    package static func sequenceLength(_ bytes: RawSpan, at position: Int) -> Int {
        let lead = bytes.byte(at: position)
        if lead < 0x80 { return 1 }
        if lead < 0xC2 || lead > 0xF4 { return 0 }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard bytes.holds(length, at: position) else { return 0 }
        let second = bytes.byte(at: position + 1)
        // The second byte carries the bounds that exclude overlong forms, surrogates and numbers
        // above U+10FFFF; later bytes are plain continuation bytes.
        let bounds: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard bounds.contains(second) else { return 0 }
        if length > 2, bytes.byte(at: position + 2) & 0xC0 != 0x80 { return 0 }
        if length > 3, bytes.byte(at: position + 3) & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// Number of code points of valid UTF-8; O(byte count), eight bytes at a time.
    package static func codePointCount(_ text: RawSpan) -> Int {
        let count = text.byteCount
        var position = 0
        var continuations = 0
        while position &+ 8 <= count {
            let word: UInt64 = text.littleEndian(at: position)
            // A continuation byte has bit 7 set and bit 6 clear.
            let marks = (word >> 7) & (~word >> 6) & 0x0101_0101_0101_0101
            continuations &+= marks.nonzeroBitCount
            position &+= 8
        }
        while position < count {
            continuations &+= text.byte(at: position) & 0xC0 == 0x80 ? 1 : 0
            position &+= 1
        }
        return count &- continuations
    }

    /// Decodes one code point and moves `position` behind it.
    ///
    /// Bytes that are not valid UTF-8 give U+FFFD, one byte at a time.
    /// - Precondition: `position` lies within the span.
    package static func decode(_ text: RawSpan, at position: inout Int) -> UInt32 {
        let lead = text.byte(at: position)
        if lead < 0x80 {
            position &+= 1
            return UInt32(lead)
        }
        let length = sequenceLength(text, at: position)
        guard length > 0 else {
            position &+= 1
            return 0xFFFD
        }
        // The lead byte holds 5, 4 or 3 bits of the number for lengths 2, 3, 4.
        var scalar = UInt32(lead & (0x7F >> UInt8(length)))
        for index in 1..<length {
            scalar = scalar << 6 | UInt32(text.byte(at: position &+ index) & 0x3F)
        }
        position &+= length
        return scalar
    }

    /// Position `codePoints` code points after `start` in valid UTF-8, at most the end.
    package static func position(after codePoints: Int, in text: RawSpan, from start: Int = 0)
        -> Int
    {
        let count = text.byteCount
        var position = start
        var rest = codePoints
        while rest > 0, position < count {
            position &+= 1
            while position < count, text.byte(at: position) & 0xC0 == 0x80 { position &+= 1 }
            rest &-= 1
        }
        return position
    }

    /// Appends the UTF-8 form of a code point; a surrogate or a number above U+10FFFF gives U+FFFD.
    package static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 {
            0x80 | UInt8(truncatingIfNeeded: (scalar >> shift) & 0x3F)
        }
        switch scalar {
        case 0..<0x80:
            bytes.append(UInt8(truncatingIfNeeded: scalar))
        case 0x80..<0x800:
            bytes.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            bytes.append(tail(0))
        case 0xD800...0xDFFF:
            append(0xFFFD, to: &bytes)
        case 0x800..<0x1_0000:
            bytes.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            bytes.append(tail(6))
            bytes.append(tail(0))
        case 0x1_0000...0x10_FFFF:
            bytes.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
            bytes.append(tail(12))
            bytes.append(tail(6))
            bytes.append(tail(0))
        default:
            append(0xFFFD, to: &bytes)
        }
    }
}
