/// One aggregate of a SELECT: which accumulator it reads, and how.
struct AggregateCall: Sendable, Equatable {
    let function: AggregateFunction
    /// Index into the plan's accumulators.
    let accumulator: Int
    /// The share of PERCENTILE and PERCENTILE_DISC; 0.5 for MEDIAN.
    let share: Double
}
