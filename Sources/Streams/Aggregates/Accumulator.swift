/// What a group keeps for one or several aggregate calls: a few words of its entry.
///
/// Calls that need the same facts share an accumulator: `SUM(x)`, `AVG(x)` and their like over one
/// argument and filter are computed once.
struct Accumulator: Sendable, Equatable {
    /// The words of each kind, by their positions; 0 in all of them is the empty accumulator.
    enum Kind: Sendable, Equatable {
        /// Rows, or non-NULL values: 0 the count.
        case count
        /// Numbers: 0 their count, 1 and 2 the integers' exact sum (low, high), 3 the doubles' sum
        /// and 4 its compensation, 5 the count of doubles.
        case sum
        /// Smallest or largest value: 0–2 a ``CellSlot``.
        case extreme(isMaximum: Bool)
        /// First or last value by (time, split, offset): 0–2 a ``CellSlot``, 3–5 the order.
        case edge(isLast: Bool)
        /// Welford's: 0 count, 1 mean, 2 sum of squared differences.
        case moments
        /// Distinct values: 0 their count; the values are in the window's detail table.
        case distinct
        /// Every value with its count, in the window's detail table: 0 the number of values.
        case ranked

        var wordCount: Int {
            switch self {
            case .count, .distinct, .ranked: 1
            case .sum, .edge: 6
            case .extreme, .moments: 3
            }
        }

        /// Whether words 0–2 are a ``CellSlot``.
        var hasSlot: Bool {
            switch self {
            case .extreme, .edge: true
            case .count, .sum, .moments, .distinct, .ranked: false
            }
        }

        /// Whether the window's detail table holds a part of it.
        var hasDetails: Bool { self == .distinct || self == .ranked }
    }

    let kind: Kind
    /// The input column of the argument; nil for `COUNT(*)`.
    let argument: Int?
    /// The input column of `FILTER (WHERE …)`.
    let filter: Int?
    /// Its first word in a group's entry.
    let word: Int
}
