/// The number of an `INTERVAL '1.5' SECOND` literal.
enum IntervalText {
    /// Milliseconds of `[+-]?d+(.d*)?` units; nil if the text is none, is no whole number of
    /// milliseconds or is out of range.
    static func parse(_ text: [UInt8], unit: Int64) -> Int64? {
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
        var digits: Int64 = 0
        var scale: Int64 = 1
        var digitCount = 0
        var isFraction = false
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
                continue
            }
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            digitCount += 1
            // Trailing zeros of a fraction change nothing and must not overflow the scale.
            if isFraction, text[(index - 1)...].allSatisfy({ $0 == 0x30 }) { continue }
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte - 0x30))
            guard !overflow, !carry else { return nil }
            digits = sum
            if isFraction {
                let (next, overflow) = scale.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                scale = next
            }
        }
        guard digitCount > 0 else { return nil }
        let product = digits.multipliedFullWidth(by: unit)
        guard product.high == 0 || product.high == -1 && digits < 0,
            product.low <= UInt64(Int64.max)
        else { return nil }
        let total = Int64(product.low)
        guard total % scale == 0 else { return nil }
        return isNegative ? -(total / scale) : total / scale
    }
}
