/// Number literals (EXPRESSIONS.md §2).
extension Lexer {
    /// Reads the number that starts here; every mistake is reported at its first byte.
    mutating func number() throws(ExpressionError) -> Token {
        let start = position
        if byte() == UInt8(ascii: "0"), let radix = prefixRadix() {
            position += 2
            return try prefixedInteger(start: start, radix: radix)
        }
        let hasUnderscore = try digits(start: start)
        let integerEnd = position
        var isDouble = false
        if byte() == UInt8(ascii: ".") {
            isDouble = true
            position += 1
            if isDigit(byte()) { _ = try digits(start: start) }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            isDouble = true
            position += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
            guard isDigit(byte()) else {
                throw ExpressionError(.syntax, at: start, "the exponent has no digits")
            }
            _ = try digits(start: start)
        }
        let textEnd = position
        switch byte() | 0x20 {
        case UInt8(ascii: "l") where !isDouble: position += 1
        case UInt8(ascii: "d"), UInt8(ascii: "f"):
            isDouble = true
            position += 1
        default: break
        }
        let hasFloatSuffix = isDouble && position > textEnd
        if isAtNamePart() {
            throw ExpressionError(.syntax, at: start, "a number must not touch a letter or digit")
        }
        let isPadded = integerEnd - start > 1 && bytes[start] == UInt8(ascii: "0")
        if isPadded, !isDouble || dialect == .sluice {
            guard dialect == .jms, !isDouble, !hasUnderscore else {
                throw ExpressionError(.syntax, at: start, "a number must not start with 0")
            }
            return try octal(start: start, end: integerEnd)
        }
        let digits = bytes[start..<textEnd].filter { $0 != UInt8(ascii: "_") }
        guard isDouble else {
            let magnitude = try magnitude(digits, radix: 10, start: start)
            return Token(
                .integer, start, position, integer: magnitude, isPlain: !hasUnderscore)
        }
        return try double(digits, start: start, isPlain: !hasUnderscore && !hasFloatSuffix)
    }

    /// Digits with single `_` between them; returns whether there was one.
    private mutating func digits(start: Int) throws(ExpressionError) -> Bool {
        var hasUnderscore = false
        while isDigit(byte()) || byte() == UInt8(ascii: "_") {
            if byte() == UInt8(ascii: "_") {
                hasUnderscore = true
                guard position > start, isDigit(bytes[position - 1]), isDigit(byte(1)) else {
                    throw ExpressionError(
                        .syntax, at: start, "_ in a number must stand between two digits")
                }
            }
            position += 1
        }
        return hasUnderscore
    }

    private func prefixRadix() -> UInt64? {
        switch byte(1) | 0x20 {
        case UInt8(ascii: "x"): 16
        case UInt8(ascii: "b"): 2
        case UInt8(ascii: "o"): 8
        default: nil
        }
    }

    private mutating func prefixedInteger(
        start: Int, radix: UInt64
    ) throws(ExpressionError) -> Token {
        let first = position
        while let digit = hexDigit(byte()), UInt64(digit) < radix { position += 1 }
        if position == first || isAtNamePart(), !takesLongSuffix(after: first) {
            throw ExpressionError(.syntax, at: start, "this is no number of radix \(radix)")
        }
        let digits = bytes[first..<position].filter {
            hexDigit($0).map { UInt64($0) < radix } ?? false
        }
        let magnitude = try magnitude(digits, radix: radix, start: start)
        guard magnitude <= UInt64(Int64.max) else { throw rangeError(start) }
        return Token(.integer, start, position, integer: magnitude, isPlain: false)
    }

    /// Takes an `L` that ends the number.
    private mutating func takesLongSuffix(after first: Int) -> Bool {
        guard position > first, byte() | 0x20 == UInt8(ascii: "l") else { return false }
        position += 1
        return !isAtNamePart()
    }

    private func octal(start: Int, end: Int) throws(ExpressionError) -> Token {
        let digits = bytes[start..<end]
        guard digits.allSatisfy({ $0 < UInt8(ascii: "8") }) else {
            throw ExpressionError(.syntax, at: start, "8 and 9 are no octal digits")
        }
        let magnitude = try magnitude(Array(digits), radix: 8, start: start)
        guard magnitude <= UInt64(Int64.max) else { throw rangeError(start) }
        return Token(.integer, start, position, integer: magnitude, isPlain: false)
    }

    /// The value of digits; at most 2^63, which only a sign makes an int64.
    private func magnitude(
        _ digits: [UInt8], radix: UInt64, start: Int
    ) throws(ExpressionError) -> UInt64 {
        var value: UInt64 = 0
        for digit in digits {
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(hexDigit(digit) ?? 0))
            guard !overflow, !carry else { throw rangeError(start) }
            value = sum
        }
        guard value <= UInt64(Int64.max) + 1 else { throw rangeError(start) }
        return value
    }

    private func double(
        _ digits: [UInt8], start: Int, isPlain: Bool
    ) throws(ExpressionError) -> Token {
        let value = Double(String(decoding: digits, as: UTF8.self)) ?? .infinity
        let mantissa = digits.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let isZero = !mantissa.contains { $0 >= UInt8(ascii: "1") && $0 <= UInt8(ascii: "9") }
        guard value.isFinite, value != 0 || isZero else { throw rangeError(start) }
        return Token(.double, start, position, double: value, isPlain: isPlain)
    }

    func rangeError(_ start: Int) -> ExpressionError {
        ExpressionError(.numberRange, at: start, "the number is outside the range of its type")
    }

    /// The value of a hexadecimal digit.
    func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
