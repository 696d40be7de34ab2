import Bytes

/// The numbers of JSON (RFC 8259 §6): `-?(0|[1-9]d*)(.d+)?([eE][+-]?d+)?`.
enum JSONNumber {
    /// Reads the number at `position` and moves behind it; nil if there is none.
    ///
    /// Integer syntax that fits int64 is INT (`-0` is 0), all else DOUBLE: too large ±Infinity.
    /// What follows the number is the caller's to judge, so `01` ends behind the 0.
    static func read(_ text: RawSpan, _ position: inout Int) -> Cell? {
        let start = position
        let isNegative = text.byte(at: position) == UInt8(ascii: "-")
        if isNegative { position &+= 1 }
        guard position < text.byteCount else { return nil }
        let first = text.byte(at: position) &- 0x30
        guard first < 10 else { return nil }
        let digitsStart = position
        position &+= 1
        var value = UInt64(first)
        if first != 0 { takeDigits(text, &position, &value) }
        let digitCount = position &- digitsStart
        if position < text.byteCount {
            let next = text.byte(at: position)
            if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
                return fractional(text, start, digitCount, value, &position)
            }
        }
        // Up to 19 digits are below 2^64, so the value is exact and only its size decides.
        if digitCount < 20, value <= UInt64(Int64.max) + (isNegative ? 1 : 0) {
            return .int(Int64(truncatingIfNeeded: isNegative ? 0 &- value : value))
        }
        return convert(text, start, position)
    }

    /// Takes the digits at `position`, if there are any; `value` wraps beyond 19 digits, which the
    /// caller counts.
    @inline(__always)  // A loop of four instructions.
    private static func takeDigits(_ text: RawSpan, _ position: inout Int, _ value: inout UInt64) {
        while position < text.byteCount {
            let digit = text.byte(at: position) &- 0x30
            if digit > 9 { break }
            value = value &* 10 &+ UInt64(digit)
            position &+= 1
        }
    }

    /// Continues at the point or exponent of the number that starts at `start`, of which
    /// `digitCount` digits with the value `value` are read.
    private static func fractional(
        _ text: RawSpan, _ start: Int, _ digitCount: Int, _ value: UInt64, _ position: inout Int
    ) -> Cell? {
        var value = value
        var fractionCount = 0
        if text.byte(at: position) == UInt8(ascii: ".") {
            position &+= 1
            let fractionStart = position
            takeDigits(text, &position, &value)
            fractionCount = position &- fractionStart
            guard fractionCount > 0 else { return nil }
        }
        if position < text.byteCount, text.byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if position < text.byteCount {
                let sign = text.byte(at: position)
                if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position &+= 1 }
            }
            guard skipDigits(text, &position) else { return nil }
            return convert(text, start, position)
        }
        // Exact operands, hence one correctly rounded division (Clinger 1990).
        if digitCount &+ fractionCount < 20, value <= 1 << 53 {
            let magnitude = Double(value) / powersOfTen[fractionCount]
            return .double(text.byte(at: start) == UInt8(ascii: "-") ? -magnitude : magnitude)
        }
        return convert(text, start, position)
    }

    private static func convert(_ text: RawSpan, _ start: Int, _ end: Int) -> Cell {
        .double(NumberText.double(text.slice(start, count: end &- start)) ?? .nan)
    }

    /// Moves behind digits; false if there is none.
    private static func skipDigits(_ text: RawSpan, _ position: inout Int) -> Bool {
        let start = position
        while position < text.byteCount, text.byte(at: position) &- 0x30 < 10 { position &+= 1 }
        return position > start
    }

    /// All exact: 10^22 is the last power of ten that a double holds.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19,
    ]
}
