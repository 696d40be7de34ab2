/// Decimal digits, eight at a time in a register.
enum JSONDigits {
    /// Taken (xor) from a word of text, it leaves the values of its digits.
    @inline(__always)  // A constant.
    static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    /// Number of leading digits, 0…8, of a word of text that ``zeros`` was taken from.
    ///
    /// Carries may mark bytes above the lowest mark wrongly; the lowest mark is always right.
    @inline(__always)  // Four instructions in the innermost loop.
    static func count(_ word: UInt64) -> Int {
        let marks = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
        return marks.trailingZeroBitCount / 8
    }

    /// The value of the leading `count` digits, 0…8: pairs, then fours, then all, by three
    /// multiplications (Mula, Lemire: "Faster integer parsing").
    @inline(__always)  // As above.
    static func value(_ word: UInt64, _ count: Int) -> UInt64 {
        // Zeros in front of the digits; a shift by 64 gives 0.
        let digits = word << UInt64((8 &- count) &* 8)
        let pairs = (digits &* 10) &+ (digits >> 8)
        let mask: UInt64 = 0x0000_00FF_0000_00FF
        let high = (pairs & mask) &* (100 &+ (1_000_000 << 32))
        let low = ((pairs >> 16) & mask) &* (1 &+ (10_000 << 32))
        return (high &+ low) >> 32
    }

    /// 10 to the power of 0…7.
    static func powerOfTen(_ exponent: Int) -> UInt64 {
        switch exponent {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        case 5: 100_000
        case 6: 1_000_000
        default: 10_000_000
        }
    }
}
