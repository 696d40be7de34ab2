package import Connectors
package import Expressions

/// Why a pipeline stopped by itself.
///
/// Errors of the source and of the target come through as they
/// are.
package enum PipelineError: Error, Equatable, CustomStringConvertible {
    /// A record cannot be parsed, and the policy is to fail.
    case rejected(split: SplitName, number: Int64, reason: String)
    /// A record cannot be evaluated, and the policy is to fail.
    case evaluation(split: SplitName, number: Int64, error: EvaluationError)
    /// A computed row, that of a group, cannot be evaluated, and the policy is to fail.
    case resultEvaluation(EvaluationError)
    /// The committed state is that of another job, or of another version of Sluice.
    case foreignState
    /// The committed state is damaged: what is wrong.
    case damagedState(String)
    /// Computed records of one batch take more bytes than they may.
    case batchTooLarge(limit: Int)
    /// The open windows take more memory than they may.
    case stateTooLarge(byteCount: Int, limit: Int)

    package var description: String {
        switch self {
        case .rejected(let split, let number, let reason):
            "\(split.text), record \(number): \(reason). Nothing of it was written; "
                + "use --on-error skip or dead-letter to go on without such records."
        case .evaluation(let split, let number, let error):
            "\(split.text), record \(number): \(error.sentence). Use --on-error skip or "
                + "dead-letter to go on without such records."
        case .resultEvaluation(let error):
            "a result row: \(error.sentence). Use --on-error skip to go on without such rows."
        case .foreignState:
            "the progress that was committed here belongs to another query. "
                + "Give the changed query a new name, or delete the old job's progress."
        case .damagedState(let problem):
            "the committed state cannot be read: \(problem). Delete the job's progress to start over."
        case .batchTooLarge(let limit):
            "the results of one batch take more than \(limit) bytes: "
                + "select less of records that are this large."
        case .stateTooLarge(let byteCount, let limit):
            "the open windows take \(byteCount) bytes, the limit is \(limit). "
                + "Group by fewer values, or use smaller windows or a shorter watermark delay."
        }
    }
}

extension EvaluationError {
    /// What went wrong, as a dead letter's reason and in messages.
    var sentence: String {
        switch self {
        case .cast: "a CAST has no value for it (TRY_CAST gives NULL instead)"
        case .regexLimit: "a pattern needs more steps than its limit allows"
        case .evaluation: "a value cannot be read in the type that it is compared in"
        case .pattern: "a computed LIKE pattern has a wrong escape"
        }
    }
}
