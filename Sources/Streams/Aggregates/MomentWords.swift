import Expressions

/// Variance in the words of ``Accumulator/Kind/moments``, by Welford's method: one pass without
/// the cancellation of "mean of squares less square of mean".
enum MomentWords {
    /// Adds a number; other values count as NULL.
    static func add(_ cell: Cell, to words: inout [Int64], at word: Int) {
        let value: Double
        switch cell.kind {
        case .int: value = Double(cell.bits)
        case .double: value = cell.doubleValue
        default: return
        }
        words[word] += 1
        let mean = words[word + 1].asDouble
        let difference = value - mean
        let next = mean + difference / Double(words[word])
        words[word + 1] = Int64(bitsOf: next)
        words[word + 2] = Int64(bitsOf: words[word + 2].asDouble + difference * (value - next))
    }

    /// The variance or its root; NULL without values, and for a sample of one.
    static func result(
        _ words: [Int64], at word: Int, isSample: Bool, isDeviation: Bool
    ) -> Cell {
        let divisor = words[word] - (isSample ? 1 : 0)
        guard divisor > 0 else { return .null }
        let variance = words[word + 2].asDouble / Double(divisor)
        guard !variance.isNaN else { return .null }
        return .double(isDeviation ? variance.squareRoot() : variance)
    }
}
