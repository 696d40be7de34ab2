import Bytes

/// Scalars written as text: what CAST(x AS STRING) and `||` give (EXPRESSIONS.md §11).
package enum ScalarText {
    /// Appends decimal digits; no allocation beyond the array's growth.
    package static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(value.magnitude, countMin: 1, to: &bytes)
    }

    /// Appends the decimal digits of `value`, with leading zeros up to `countMin`.
    static func appendDigits(_ value: UInt64, countMin: Int, to bytes: inout [UInt8]) {
        // The digits are written backwards into the place they end in.
        var count = 1
        var power: UInt64 = 10
        while count < 20, value >= power {
            count += 1
            if count == 20 { break }
            power *= 10
        }
        count = max(count, countMin)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0x30, count: count))
        var rest = value
        var index = start + count - 1
        while rest > 0 {
            bytes[index] = 0x30 | UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }

    /// Appends the shortest text that reads back as the same double: `2.0`, `1e+20`, `1e-05`,
    /// `nan`, `inf`, `-inf`.
    ///
    /// The standard library's description has exactly this form.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Appends `true` or `false`.
    package static func append(_ value: Bool, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }
}
