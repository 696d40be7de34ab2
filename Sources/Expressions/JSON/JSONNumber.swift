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
        position &+= 1
        var value = UInt64(first)
        let digitsStart = position
        if first != 0 {
            while position < text.byteCount {
                let digit = text.byte(at: position) &- 0x30
                if digit > 9 { break }
                // May wrap beyond 19 digits, which are counted below.
                value = value &* 10 &+ UInt64(digit)
                position &+= 1
            }
        }
        if position < text.byteCount {
            let next = text.byte(at: position)
            if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
                return fractional(text, start, &position)
            }
        }
        // 19 digits are below 2^64, so the value is exact and only its sign decides.
        if position &- digitsStart < 19, value <= UInt64(Int64.max) + (isNegative ? 1 : 0) {
            return .int(Int64(truncatingIfNeeded: isNegative ? 0 &- value : value))
        }
        return convert(text, start, position)
    }

    /// Continues at the point or exponent of the number that starts at `start`.
    private static func fractional(_ text: RawSpan, _ start: Int, _ position: inout Int) -> Cell? {
        if text.byte(at: position) == UInt8(ascii: ".") {
            position &+= 1
            guard skipDigits(text, &position) else { return nil }
        }
        if position < text.byteCount, text.byte(at: position) | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if position < text.byteCount {
                let sign = text.byte(at: position)
                if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position &+= 1 }
            }
            guard skipDigits(text, &position) else { return nil }
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
}
