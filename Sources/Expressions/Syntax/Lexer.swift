/// Splits a source into tokens (EXPRESSIONS.md §2).
///
/// Stops at the first byte that starts none.
struct Lexer {
    let bytes: [UInt8]
    let dialect: Dialect
    var position = 0
    var tokens: [Token] = []
    /// Why the last token is ``Token/Kind/invalid``.
    var error: ExpressionError?

    init(_ source: String, dialect: Dialect) {
        bytes = Array(source.utf8)
        self.dialect = dialect
    }

    /// Reads all tokens; the last one is `end` or `invalid`.
    mutating func run() {
        do {
            while true {
                try skipBlanks()
                guard position < bytes.count else { break }
                tokens.append(try next())
            }
            tokens.append(Token(.end, bytes.count, bytes.count))
        } catch {
            self.error = error
            tokens.append(Token(.invalid, error.at, bytes.count))
        }
    }

    /// The byte `ahead` of the position, or 0 at the end (NUL is no part of any token).
    func byte(_ ahead: Int = 0) -> UInt8 {
        let index = position + ahead
        return index < bytes.count ? bytes[index] : 0
    }

    private mutating func skipBlanks() throws(ExpressionError) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D, 0x0C: position += 1
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D {
                    position += 1
                }
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                try skipBlockComment()
            default: return
            }
        }
    }

    private mutating func skipBlockComment() throws(ExpressionError) {
        let start = position
        position += 2
        while position + 1 < bytes.count {
            if byte() == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw ExpressionError(.syntax, at: start, "the comment has no closing */")
    }

    private mutating func next() throws(ExpressionError) -> Token {
        let first = bytes[position]
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: ".") where isDigit(byte(1)): return try number()
        case UInt8(ascii: "'"): return try string(start: position)
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return try quotedName(quote: first)
        case UInt8(ascii: "E"), UInt8(ascii: "e"):
            if byte(1) == UInt8(ascii: "'") { return try escapedString() }
        case UInt8(ascii: "X"), UInt8(ascii: "x"):
            if byte(1) == UInt8(ascii: "'") { return try byteString() }
        default: break
        }
        if let name = name() { return name }
        if let symbol = symbol() { return symbol }
        let (scalar, _) = scalar(at: position)
        let code = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        let shown = scalar.value > 0x20 && scalar.value < 0x7F ? " \(scalar)" : ""
        throw ExpressionError(.syntax, at: position, "unexpected character\(shown) (U+\(padded))")
    }

    // MARK: Names

    /// The scalar that starts at `index`, and its width; the source is valid UTF-8.
    func scalar(at index: Int) -> (Unicode.Scalar, Int) {
        let first = bytes[index]
        guard first >= 0x80 else { return (Unicode.Scalar(first), 1) }
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        let end = min(index + width, bytes.count)
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        return (text.unicodeScalars.first ?? "\u{FFFD}", end - index)
    }

    private func isNamePart(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        if scalar == "_" || scalar == "$" { return true }
        return first ? scalar.properties.isXIDStart : scalar.properties.isXIDContinue
    }

    /// Whether a letter, digit or `_` follows: the end of a number must not touch one.
    func isAtNamePart() -> Bool {
        position < bytes.count && isNamePart(scalar(at: position).0, first: false)
    }

    private mutating func name() -> Token? {
        let start = position
        var isASCII = true
        while position < bytes.count {
            let (scalar, width) = scalar(at: position)
            guard isNamePart(scalar, first: position == start) else { break }
            isASCII = isASCII && width == 1
            position += width
        }
        guard position > start else { return nil }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return Token(
            .name, start, position, text: text, word: isASCII ? text.uppercased() : "",
            isPlain: isASCII)
    }

    private mutating func quotedName(quote: UInt8) throws(ExpressionError) -> Token {
        let start = position
        position += 1
        guard let content = quoted(by: quote) else {
            throw ExpressionError(.syntax, at: start, "the quoted name has no closing quote")
        }
        guard !content.isEmpty else {
            throw ExpressionError(.syntax, at: start, "a quoted name must not be empty")
        }
        let text = String(decoding: content, as: UTF8.self)
        return Token(.quotedName, start, position, text: text, isPlain: false)
    }

    /// The content up to a single `quote`, a doubled one being one; nil if it does not end.
    mutating func quoted(by quote: UInt8) -> [UInt8]? {
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote {
                guard self.byte() == quote else { return content }
                position += 1
            }
            content.append(byte)
        }
        return nil
    }

    // MARK: Operators

    private static let symbols: [(Symbol, [UInt8])] = Symbol.allCases
        .map { ($0, Array($0.rawValue.utf8)) }
        .sorted { $0.1.count > $1.1.count }

    private mutating func symbol() -> Token? {
        for (symbol, spelling) in Lexer.symbols
        where bytes[position...].starts(with: spelling) {
            let start = position
            position += spelling.count
            return Token(.symbol(symbol), start, position)
        }
        return nil
    }

    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
