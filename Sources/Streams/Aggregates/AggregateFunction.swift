import Expressions

/// The aggregate functions (WINDOWS.md, "Aggregates").
enum AggregateFunction: String, Sendable, CaseIterable {
    case count = "COUNT"
    case sum = "SUM"
    case average = "AVG"
    case minimum = "MIN"
    case maximum = "MAX"
    case firstValue = "FIRST_VALUE"
    case lastValue = "LAST_VALUE"
    case standardDeviationPopulation = "STDDEV_POP"
    case standardDeviationSample = "STDDEV_SAMP"
    case variancePopulation = "VAR_POP"
    case varianceSample = "VAR_SAMP"
    case percentile = "PERCENTILE"
    case percentileDiscrete = "PERCENTILE_DISC"
    case median = "MEDIAN"

    /// Number of arguments; PERCENTILE's second is a literal share.
    var argumentCount: Int { takesShare ? 2 : 1 }

    /// Whether the second argument is a share between 0 and 1.
    var takesShare: Bool { self == .percentile || self == .percentileDiscrete }

    /// Whether `DISTINCT` may stand before the argument.
    var allowsDistinct: Bool { self == .count }

    /// The type of the result, as far as it does not depend on the values.
    var resultType: ValueType? {
        switch self {
        case .count: .int
        case .average, .standardDeviationPopulation, .standardDeviationSample,
            .variancePopulation, .varianceSample, .percentile, .median:
            .double
        case .sum, .minimum, .maximum, .firstValue, .lastValue, .percentileDiscrete: nil
        }
    }
}
