import Bytes

/// The lexical rules of JSON (RFC 8259 §§2, 6, 7) over a span: each function reads one token and
/// moves `position` behind it.
enum JSONScanner {
    /// Moves behind spaces, tabs, LF and CR.
    @inline(__always)  // Between all tokens, and nearly always nothing to skip.
    static func skipBlanks(_ text: RawSpan, _ position: inout Int) {
        while position < text.byteCount {
            let byte = text.byte(at: position)
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
        }
    }

    /// Marks each byte of `word` that ends or interrupts plain string text: quote, backslash,
    /// control characters, and all that is not ASCII, by its highest bit.
    ///
    /// Borrows may mark bytes above the lowest mark wrongly; the lowest mark is always right.
    @inline(__always)  // Six instructions in the innermost loop.
    static func specialMarks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = (word ^ (ones &* 0x22)) &- ones
        let backslashes = (word ^ (ones &* 0x5C)) &- ones
        let controls = word &- (ones &* 0x20)
        return (quotes | backslashes | controls | word) & (ones &* 0x80)
    }

    /// Validates a string whose opening quote is behind `position` already, and moves behind the
    /// closing quote.
    ///
    /// - Returns: whether the string has escapes.
    static func string(_ text: RawSpan, _ position: inout Int) throws(JSONFault) -> Bool {
        let start = position
        var hasEscapes = false
        while true {
            while text.holds(8, at: position) {
                let marks = specialMarks(text.littleEndian(at: position))
                if marks != 0 {
                    position &+= marks.trailingZeroBitCount / 8
                    break
                }
                position &+= 8
            }
            guard position < text.byteCount else {
                throw JSONFault(position: start - 1, reason: .unterminatedString)
            }
            let byte = text.byte(at: position)
            switch byte {
            case UInt8(ascii: "\""):
                position &+= 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape(text, &position)
            case 0..<0x20:
                throw JSONFault(position: position, reason: .controlCharacter)
            case 0x80...:
                let length = UTF8Text.sequenceLength(text, at: position)
                if length == 0 { throw JSONFault(position: position, reason: .invalidUTF8) }
                position &+= length
            default:
                position &+= 1
            }
        }
    }

    /// Validates one escape; a high surrogate takes its low half with it.
    private static func escape(_ text: RawSpan, _ position: inout Int) throws(JSONFault) {
        guard text.holds(2, at: position) else {
            throw JSONFault(position: position, reason: .invalidEscape)
        }
        switch text.byte(at: position + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal(text, at: position + 2) else {
                throw JSONFault(position: position, reason: .invalidEscape)
            }
            if unit & 0xF800 == 0xD800 {
                guard unit < 0xDC00, text.holds(12, at: position),
                    text.byte(at: position + 6) == UInt8(ascii: "\\"),
                    text.byte(at: position + 7) == UInt8(ascii: "u"),
                    let low = hexadecimal(text, at: position + 8), low & 0xFC00 == 0xDC00
                else { throw JSONFault(position: position, reason: .loneSurrogate) }
                position += 6
            }
            position += 6
        default:
            throw JSONFault(position: position, reason: .invalidEscape)
        }
    }

    /// The four hexadecimal digits at `position`, or nil.
    static func hexadecimal(_ text: RawSpan, at position: Int) -> UInt32? {
        guard text.holds(4, at: position) else { return nil }
        var value: UInt32 = 0
        for index in position..<(position + 4) {
            let byte = text.byte(at: index)
            let digit: UInt8
            if byte &- 0x30 < 10 {
                digit = byte &- 0x30
            } else if (byte | 0x20) &- 0x61 < 6 {
                digit = (byte | 0x20) &- 0x57
            } else {
                return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Appends the characters of a valid string with escapes, without its quotes.
    static func appendUnescaped(_ text: RawSpan, to bytes: inout [UInt8]) {
        var position = 0
        while position < text.byteCount {
            guard let backslash = text.firstPosition(of: UInt8(ascii: "\\"), from: position) else {
                bytes.append(copying: text.slice(position, count: text.byteCount - position))
                return
            }
            bytes.append(copying: text.slice(position, count: backslash - position))
            position = backslash
            appendEscape(text, &position, to: &bytes)
        }
    }

    private static func appendEscape(
        _ text: RawSpan, _ position: inout Int, to bytes: inout [UInt8]
    ) {
        let letter = text.byte(at: position + 1)
        position += 2
        switch letter {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = hexadecimal(text, at: position) ?? 0xFFFD
            position += 4
            if scalar & 0xFC00 == 0xD800, let low = hexadecimal(text, at: position + 2) {
                scalar = 0x1_0000 + ((scalar & 0x3FF) << 10 | (low & 0x3FF))
                position += 6
            }
            UTF8Text.append(scalar, to: &bytes)
        default: bytes.append(letter)
        }
    }

    /// Whether the literal `true`, `false` or `null` starts at `position`; moves behind it.
    static func literal(_ text: RawSpan, _ position: inout Int) -> Cell? {
        let (word, count): (UInt32, Int)
        let cell: Cell
        switch text.byte(at: position) {
        case UInt8(ascii: "t"): (word, count, cell) = (0x6575_7274, 4, .bool(true))
        case UInt8(ascii: "n"): (word, count, cell) = (0x6C6C_756E, 4, JSONExtractor.jsonNull)
        case UInt8(ascii: "f"): (word, count, cell) = (0x736C_6166, 5, .bool(false))
        default: return nil
        }
        guard text.holds(count, at: position),
            text.littleEndian(at: position, as: UInt32.self) == word,
            count == 4 || text.byte(at: position + 4) == UInt8(ascii: "e")
        else { return nil }
        position &+= count
        return cell
    }
}
