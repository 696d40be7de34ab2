import Expressions

/// SUM and AVG in the words of ``Accumulator/Kind/sum``: integers exactly in 128 bits, doubles
/// compensated, so that neither loses what the other adds.
enum SumWords {
    private enum At {
        static let count = 0
        static let low = 1
        static let high = 2
        static let sum = 3
        static let compensation = 4
        static let doubleCount = 5
    }

    /// Adds a number; other values count as NULL.
    static func add(_ cell: Cell, to words: inout [Int64], at word: Int) {
        switch cell.kind {
        case .int:
            words[word + At.count] += 1
            let low = UInt64(bitPattern: words[word + At.low])
            let (sum, carry) = low.addingReportingOverflow(UInt64(bitPattern: cell.bits))
            words[word + At.low] = Int64(bitPattern: sum)
            // The high word takes the sign's extension and the carry; 2^63 additions would be
            // needed to leave 128 bits.
            words[word + At.high] &+= (cell.bits >> 63) &+ (carry ? 1 : 0)
        case .double:
            words[word + At.count] += 1
            words[word + At.doubleCount] += 1
            addDouble(cell.doubleValue, to: &words, at: word)
        default: break
        }
    }

    /// Neumaier's variant of Kahan's summation.
    private static func addDouble(_ value: Double, to words: inout [Int64], at word: Int) {
        let sum = words[word + At.sum].asDouble
        let total = sum + value
        let lost = abs(sum) >= abs(value) ? (sum - total) + value : (value - total) + sum
        words[word + At.sum] = Int64(bitsOf: total)
        words[word + At.compensation] = Int64(bitsOf: words[word + At.compensation].asDouble + lost)
    }

    /// SUM: NULL without values; integers beyond int64 are NULL; NaN is NULL (EXPRESSIONS.md §8).
    static func sum(_ words: [Int64], at word: Int) -> Cell {
        guard words[word + At.count] > 0 else { return .null }
        guard words[word + At.doubleCount] == 0 else { return finite(total(words, at: word)) }
        return Int64(exactly: integers(words, at: word)).map { .int($0) } ?? .null
    }

    /// AVG: always a double.
    static func average(_ words: [Int64], at word: Int) -> Cell {
        let count = words[word + At.count]
        guard count > 0 else { return .null }
        return finite(total(words, at: word) / Double(count))
    }

    private static func integers(_ words: [Int64], at word: Int) -> Int128 {
        Int128(words[word + At.high]) << 64
            | Int128(UInt64(bitPattern: words[word + At.low]))
    }

    private static func total(_ words: [Int64], at word: Int) -> Double {
        let sum = words[word + At.sum].asDouble
        let doubles = sum.isFinite ? sum + words[word + At.compensation].asDouble : sum
        return Double(integers(words, at: word)) + doubles
    }

    private static func finite(_ value: Double) -> Cell { value.isNaN ? .null : .double(value) }
}
