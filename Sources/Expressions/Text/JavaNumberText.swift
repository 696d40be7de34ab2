import Bytes

/// Numbers as Java's `valueOf` reads them: the `rocketmq` dialect must decide as RocketMQ does
/// (EXPRESSIONS.md §17; Java SE API, `Integer`, `Long`, `Double`).
package enum JavaNumberText {
    /// `Integer.valueOf(String)`; nil where it throws.
    package static func int32(_ text: RawSpan) -> Int32? {
        int64(text).flatMap { Int32(exactly: $0) }
    }

    /// `Long.valueOf(String)`: `[+-]?` and decimal digits of any script; nil where it throws.
    package static func int64(_ text: RawSpan) -> Int64? {
        guard text.byteCount > 0 else { return nil }
        let sign = text.byte(at: 0)
        let isNegative = sign == UInt8(ascii: "-")
        var position = isNegative || sign == UInt8(ascii: "+") ? 1 : 0
        guard position < text.byteCount else { return nil }
        var value: Int64 = 0
        while position < text.byteCount {
            guard let digit = digit(UTF8Text.decode(text, at: &position)) else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            // Negative numbers are built downward, so that the minimum fits.
            let (sum, carry) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// `Character.digit(c, 10)`.
    private static func digit(_ scalar: UInt32) -> Int64? {
        if scalar < 0x80 { return scalar &- 0x30 < 10 ? Int64(scalar - 0x30) : nil }
        guard let properties = Unicode.Scalar(scalar)?.properties,
            properties.generalCategory == .decimalNumber, let value = properties.numericValue
        else { return nil }
        return Int64(value)
    }

    /// `Double.valueOf(String)`: trims U+0000–U+0020; decimal or hexadecimal, suffix f F d D, or
    /// `NaN`, `Infinity` with a sign; nil where it throws.
    package static func double(_ text: RawSpan) -> Double? {
        let text = trimmed(text)
        guard text.byteCount > 0 else { return nil }
        let sign = text.byte(at: 0)
        let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        let signCount = isSigned ? 1 : 0
        let magnitude = text.slice(signCount, count: text.byteCount - signCount)
        // The recogniser below takes a sign of its own; Java takes only one.
        guard magnitude.byteCount > 0, !isSign(magnitude.byte(at: 0)) else { return nil }
        guard let value = magnitudeValue(magnitude) else { return nil }
        return sign == UInt8(ascii: "-") ? -value : value
    }

    private static func magnitudeValue(_ text: RawSpan) -> Double? {
        if isEqual(text, "NaN") { return .nan }
        if isEqual(text, "Infinity") { return .infinity }
        let last = text.byte(at: text.byteCount - 1) | 0x20
        let isHexadecimal = text.byteCount > 1 && text.byte(at: 1) | 0x20 == UInt8(ascii: "x")
        let hasSuffix = last == UInt8(ascii: "d") || last == UInt8(ascii: "f")
        let digits = hasSuffix ? text.slice(0, count: text.byteCount - 1) : text
        guard isHexadecimal else { return NumberText.double(digits) }
        return isHexadecimalNumber(digits) ? NearestDouble.parse(digits) : nil
    }

    /// `0[xX](h+.?|h*.h+)[pP][+-]?d+`; the exponent is not optional in Java.
    private static func isHexadecimalNumber(_ text: RawSpan) -> Bool {
        guard text.byteCount > 2, text.byte(at: 0) == UInt8(ascii: "0") else { return false }
        var position = 2
        var digitCount = skip(text, &position, isHexadecimalDigit)
        if position < text.byteCount, text.byte(at: position) == UInt8(ascii: ".") {
            position += 1
            digitCount += skip(text, &position, isHexadecimalDigit)
        }
        guard digitCount > 0, position < text.byteCount,
            text.byte(at: position) | 0x20 == UInt8(ascii: "p")
        else { return false }
        position += 1
        if position < text.byteCount, isSign(text.byte(at: position)) { position += 1 }
        let exponentCount = skip(text, &position) { $0 &- 0x30 < 10 }
        return exponentCount > 0 && position == text.byteCount
    }

    private static func skip(
        _ text: RawSpan, _ position: inout Int, _ isMember: (UInt8) -> Bool
    ) -> Int {
        let start = position
        while position < text.byteCount, isMember(text.byte(at: position)) { position += 1 }
        return position - start
    }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    private static func isEqual(_ text: RawSpan, _ word: StaticString) -> Bool {
        guard text.byteCount == word.utf8CodeUnitCount else { return false }
        // SAFETY: a static string's pointer is valid for its code unit count.
        return word.withUTF8Buffer { expected in
            for index in 0..<text.byteCount where unsafe text.byte(at: index) != expected[index] {
                return false
            }
            return true
        }
    }

    /// `String.trim`: without leading and trailing characters up to U+0020.
    @_lifetime(copy text)
    package static func trimmed(_ text: RawSpan) -> RawSpan {
        var start = 0
        var end = text.byteCount
        while start < end, text.byte(at: start) <= 0x20 { start += 1 }
        while end > start, text.byte(at: end - 1) <= 0x20 { end -= 1 }
        return text.slice(start, count: end - start)
    }
}
