import Bytes

/// Where the parts of a decimal number lie in a text; made by one pass over its digits.
struct NumberForm {
    private let start: Int
    private let isNegative: Bool
    /// The leading 19 significant digits as an integer, and how many more digits were cut off.
    private let mantissa: UInt64
    private let isMantissaExact: Bool
    /// The power of ten that `mantissa` is multiplied by.
    private let exponent: Int
    /// No point and no exponent.
    let isInteger: Bool
    /// Position behind the number.
    let end: Int

    /// Recognises a number that fills the whole text.
    init?(whole text: RawSpan) {
        self.init(text, at: 0)
        guard end == text.byteCount else { return nil }
    }

    /// Recognises the longest number at `start`; nil if there is none.
    init?(_ text: RawSpan, at start: Int) {
        self.start = start
        var position = start
        let sign = position < text.byteCount ? text.byte(at: position) : 0
        isNegative = sign == UInt8(ascii: "-")
        if isNegative || sign == UInt8(ascii: "+") { position += 1 }

        var digits = Digits()
        let integerCount = digits.take(text, &position)
        var fractionCount = 0
        var isInteger = true
        if position < text.byteCount, text.byte(at: position) == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            digits.isFraction = true
            fractionCount = digits.take(text, &position)
        }
        guard integerCount + fractionCount > 0 else { return nil }
        let scale = Self.exponent(text, &position)
        if scale != nil { isInteger = false }
        mantissa = digits.value
        isMantissaExact = !digits.isCut
        // Wrapping is impossible: the written exponent is capped and a text has fewer than 2^40
        // bytes.
        exponent = digits.exponent + (scale ?? 0)
        self.isInteger = isInteger
        end = position
    }

    /// Reads `[eE][+-]?d+` if it is all there; nil, with `position` unchanged, if not.
    private static func exponent(_ text: RawSpan, _ position: inout Int) -> Int? {
        var index = position
        guard index < text.byteCount, text.byte(at: index) | 0x20 == UInt8(ascii: "e") else {
            return nil
        }
        index += 1
        guard index < text.byteCount else { return nil }
        let sign = text.byte(at: index)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        let first = index
        var value = 0
        while index < text.byteCount {
            let digit = text.byte(at: index) &- 0x30
            if digit > 9 { break }
            // Capped far beyond what digits before the point could make up for: a text of 2^40
            // zeros is not one we read.
            if value < 1 << 44 { value = value * 10 + Int(digit) }
            index += 1
        }
        guard index > first else { return nil }
        position = index
        return sign == UInt8(ascii: "-") ? -value : value
    }

    /// The int64 that integer text stands for; nil if it does not fit.
    func integer(in text: RawSpan) -> Int64? {
        guard isMantissaExact, exponent == 0 else { return nil }
        if isNegative {
            guard mantissa <= 1 << 63 else { return nil }
            return Int64(truncatingIfNeeded: 0 &- mantissa)
        }
        return Int64(exactly: mantissa)
    }

    /// The nearest double, ties to even; too large is ±Infinity, too small ±0.
    func double(in text: RawSpan) -> Double {
        if isMantissaExact, mantissa == 0 { return isNegative ? -0.0 : 0.0 }
        if isMantissaExact, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
            // Exact operands, hence one correctly rounded operation (Clinger 1990).
            let whole = Double(mantissa)
            let value =
                exponent < 0
                ? whole / Self.powersOfTen[-exponent] : whole * Self.powersOfTen[exponent]
            return isNegative ? -value : value
        }
        return NearestDouble.parse(text.slice(start, count: end - start))
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}

/// Collects the significant digits of a number.
private struct Digits {
    var value: UInt64 = 0
    var exponent = 0
    var isFraction = false
    /// Whether a digit other than zero was left out.
    var isCut = false

    /// Takes the digits at `position`; returns how many there were.
    mutating func take(_ text: RawSpan, _ position: inout Int) -> Int {
        let start = position
        while position < text.byteCount {
            let digit = text.byte(at: position) &- 0x30
            if digit > 9 { break }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit))
            if overflow || carry || isCut {
                isCut = true
                if !isFraction { exponent += 1 }
            } else {
                value = sum
                if isFraction { exponent -= 1 }
            }
            position += 1
        }
        return position - start
    }
}
