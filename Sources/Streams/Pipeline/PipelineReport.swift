package import Expressions

/// What became of every record of a run; nothing is silent (DESIGN.md §1).
package struct PipelineReport: Sendable, Equatable {
    /// Why a run ended.
    package enum Ending: String, Sendable {
        /// The source has no more records, and never will.
        case inputEnded = "input-ended"
        /// The source has no records for now.
        case caughtUp = "caught-up"
        /// A LIMIT was reached.
        case limitReached = "limit-reached"
        /// The caller asked for it.
        case stopped
    }

    package var ending = Ending.stopped
    /// Records that the source gave, without the rejected ones.
    package var read: Int64 = 0
    /// Records that the source's format refused.
    package var rejected: Int64 = 0
    /// Records that passed the filters, counted once a filter.
    package var kept: Int64 = 0
    /// Records for which a filter was FALSE.
    package var refused: Int64 = 0
    /// Records for which a filter was UNKNOWN: not an error, not delivered.
    package var unknown: Int64 = 0
    /// Records whose payload is not what the stream's format says, so that its fields were NULL.
    package var malformed: Int64 = 0
    /// Arithmetic whose result is NULL because it has none: overflow, division by zero
    /// (EXPRESSIONS.md §8).
    package var undefinedArithmetic: Int64 = 0
    /// Evaluations that failed, by ``EvaluationError/rawValue``.
    package var evaluationErrors = [Int64](repeating: 0, count: EvaluationError.allCases.count)
    /// Events that were dropped because their windows had closed for good.
    package var late: Int64 = 0
    /// Events that were dropped because they have no time.
    package var withoutTime: Int64 = 0
    /// Records that were put aside with a reason.
    package var deadLettered: Int64 = 0
    /// Records that were written as results.
    package var written: Int64 = 0
    /// Payload and key bytes of the records that were read.
    package var bytesIn: Int64 = 0
    /// Payload and key bytes of the results.
    package var bytesOut: Int64 = 0
    /// Commits made.
    package var commits: Int64 = 0

    package init() {}

    /// Evaluations that failed with that error.
    package subscript(error: EvaluationError) -> Int64 { evaluationErrors[Int(error.rawValue)] }

    /// Evaluations that failed.
    package var failed: Int64 { evaluationErrors.reduce(0, +) }
}
