/// What became of the records that a filter saw (EXPRESSIONS.md §15): nothing is silent.
package struct FilterCounters: Sendable, Equatable {
    /// TRUE.
    package var kept = 0
    /// FALSE.
    package var refused = 0
    /// UNKNOWN: not delivered, no error.
    package var unknown = 0
    /// Errors by ``EvaluationError/rawValue``.
    package var errors = [Int](repeating: 0, count: EvaluationError.allCases.count)
    /// NULLs that arithmetic made of overflow, division by zero and the like (§8).
    package var undefinedArithmetic = 0

    package init() {}

    /// Number of records with an error of that kind.
    package subscript(error: EvaluationError) -> Int { errors[Int(error.rawValue)] }
}
