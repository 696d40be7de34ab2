/// String literals (EXPRESSIONS.md §2).
extension Lexer {
    /// `'…'`: only the quote is special.
    mutating func string(start: Int) throws(ExpressionError) -> Token {
        position += 1
        guard let content = quoted(by: UInt8(ascii: "'")) else {
            throw ExpressionError(.syntax, at: start, "the string has no closing quote")
        }
        return Token(.string, start, position, text: String(decoding: content, as: UTF8.self))
    }

    /// `X'0aff'`.
    mutating func byteString() throws(ExpressionError) -> Token {
        let start = position
        position += 2
        guard let content = quoted(by: UInt8(ascii: "'")) else {
            throw ExpressionError(.syntax, at: start, "the byte string has no closing quote")
        }
        var value: [UInt8] = []
        var index = 0
        while index < content.count {
            guard index + 1 < content.count, let high = hexDigit(content[index]),
                let low = hexDigit(content[index + 1])
            else {
                throw ExpressionError(
                    .syntax, at: start, "a byte string needs pairs of hexadecimal digits")
            }
            value.append(high << 4 | low)
            index += 2
        }
        return Token(.bytes, start, position, bytes: value, isPlain: false)
    }

    /// `E'…'` with escapes.
    mutating func escapedString() throws(ExpressionError) -> Token {
        let start = position
        position += 2
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "'"):
                position += 1
                guard self.byte() == UInt8(ascii: "'") else {
                    let text = String(decoding: content, as: UTF8.self)
                    return Token(.string, start, position, text: text, isPlain: false)
                }
                position += 1
                content.append(byte)
            case UInt8(ascii: "\\"):
                content.append(contentsOf: Array(String(Character(try escape())).utf8))
            default:
                position += 1
                content.append(byte)
            }
        }
        throw ExpressionError(.syntax, at: start, "the string has no closing quote")
    }

    private mutating func escape() throws(ExpressionError) -> Unicode.Scalar {
        let start = position
        let letter = byte(1)
        position += 2
        switch letter {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "'"): return "'"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "u"):
            if byte() == UInt8(ascii: "{") { return try bracedEscape(start) }
            return try surrogateEscape(start)
        default:
            throw ExpressionError(.syntax, at: start, "unknown escape in a string")
        }
    }

    private mutating func bracedEscape(_ start: Int) throws(ExpressionError) -> Unicode.Scalar {
        position += 1
        var value: UInt32 = 0
        var count = 0
        while let digit = hexDigit(byte()), count < 8 {
            value = value << 4 | UInt32(digit)
            count += 1
            position += 1
        }
        guard count > 0, byte() == UInt8(ascii: "}"), let scalar = Unicode.Scalar(value) else {
            throw ExpressionError(.syntax, at: start, "\\u{…} needs the number of a character")
        }
        position += 1
        return scalar
    }

    private mutating func surrogateEscape(_ start: Int) throws(ExpressionError) -> Unicode.Scalar {
        let first = try fourDigits(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, byte() == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "u") {
            position += 2
            let second = try fourDigits(start)
            if second >= 0xDC00, second < 0xE000,
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw ExpressionError(.syntax, at: start, "half a surrogate pair is no character")
    }

    private mutating func fourDigits(_ start: Int) throws(ExpressionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = hexDigit(byte()) else {
                throw ExpressionError(.syntax, at: start, "\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
