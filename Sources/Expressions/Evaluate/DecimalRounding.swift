import Bytes

/// ROUND: half away from zero on the shortest decimal form (EXPRESSIONS.md §12), so that
/// ROUND(2.675, 2) is 2.68 although the double lies below it.
enum DecimalRounding {
    /// Rounds to `places` decimal places, negative ones before the point.
    static func round(_ value: Double, places: Int64) -> Double {
        guard value.isFinite, value != 0, places < 400 else { return value }
        guard places > -400 else { return value.sign == .minus ? -0.0 : 0.0 }
        var digits: [UInt8] = []
        var exponent = 0
        decompose(value.magnitude, &digits, &exponent)
        // The value is 0.d1d2d3… × 10^exponent; so many digits stay:
        let kept = exponent + Int(places)
        guard kept < digits.count else { return value }
        guard kept >= 0 else { return value.sign == .minus ? -0.0 : 0.0 }
        let roundsUp = digits[kept] >= 5
        digits.removeSubrange(kept...)
        if roundsUp { increment(&digits, &exponent) }
        let rounded = compose(digits, exponent)
        return value.sign == .minus ? -rounded : rounded
    }

    /// Rounds to tens, hundreds …; nil if the result is out of range.
    static func round(_ value: Int64, places: Int64) -> Int64? {
        guard places < 0 else { return value }
        // Half of 10^19 is below the largest integer, half of 10^20 is not.
        guard places >= -19 else { return 0 }
        var unit: UInt64 = 1
        for _ in 0..<(-places) { unit *= 10 }
        let magnitude = value.magnitude
        let remainder = magnitude % unit
        var rounded = magnitude - remainder
        if remainder >= unit - remainder {
            let (sum, overflow) = rounded.addingReportingOverflow(unit)
            guard !overflow else { return nil }
            rounded = sum
        }
        guard value < 0 else { return Int64(exactly: rounded) }
        return rounded == 1 << 63 ? Int64.min : Int64(exactly: rounded).map { -$0 }
    }

    /// The digits of the shortest form, without leading zeros, and the exponent.
    private static func decompose(_ value: Double, _ digits: inout [UInt8], _ exponent: inout Int) {
        var pointPosition: Int?
        var written = 0
        var isExponent = false
        var isNegativeExponent = false
        var suffix = 0
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): pointPosition = written
            case UInt8(ascii: "e"): isExponent = true
            case UInt8(ascii: "-"): isNegativeExponent = true
            case UInt8(ascii: "+"): break
            default:
                if isExponent {
                    suffix = suffix * 10 + Int(byte - 0x30)
                } else {
                    digits.append(byte - 0x30)
                    written += 1
                }
            }
        }
        exponent = (pointPosition ?? written) + (isNegativeExponent ? -suffix : suffix)
        while digits.count > 1, digits[0] == 0 {
            digits.removeFirst()
            exponent -= 1
        }
    }

    private static func increment(_ digits: inout [UInt8], _ exponent: inout Int) {
        var index = digits.count
        while index > 0 {
            index -= 1
            guard digits[index] == 9 else {
                digits[index] += 1
                return
            }
            digits[index] = 0
        }
        digits.insert(1, at: 0)
        exponent += 1
    }

    private static func compose(_ digits: [UInt8], _ exponent: Int) -> Double {
        guard !digits.isEmpty else { return 0 }
        var text: [UInt8] = digits.map { $0 + 0x30 }
        text.append(UInt8(ascii: "e"))
        ScalarText.append(Int64(exponent - digits.count), to: &text)
        return NumberText.double(text.rawSpan) ?? 0
    }
}
