package import Expressions

/// What became of the records that a filter saw, by reason: nothing is silent.
package struct FilterReport: Sendable, Equatable {
    /// Records that were looked at.
    package internal(set) var seen = 0
    /// Records that match.
    package internal(set) var kept = 0
    /// Records that a condition refused (FALSE), by the place of its language in the catalogue.
    package internal(set) var refused = [Int](repeating: 0, count: FilterCatalogue.languages.count)
    /// Records for which a condition was UNKNOWN.
    package internal(set) var unknown = 0
    /// Records that could not be evaluated, by ``EvaluationError/rawValue``.
    package internal(set) var errors = [Int](repeating: 0, count: EvaluationError.allCases.count)
    /// Records whose payload was not of the declared format; they are also counted by what their
    /// condition made of the NULLs.
    package internal(set) var malformed = 0
    /// NULLs that arithmetic made of overflow, division by zero and the like (EXPRESSIONS.md §8).
    package internal(set) var undefinedArithmetic = 0
    /// The records of the current batch that could not be evaluated; their rows ascend.
    package internal(set) var errorRows: [ErrorRow] = []
    /// The first malformed payload of the current batch.
    package internal(set) var firstMalformed: MalformedPayload?

    package init() {}

    /// Number of records that could not be evaluated for that reason.
    package subscript(error error: EvaluationError) -> Int { errors[Int(error.rawValue)] }

    /// Forgets the current batch's rows and keeps the counters.
    mutating func beginBatch() {
        errorRows.removeAll(keepingCapacity: true)
        firstMalformed = nil
    }

    /// Notes a record that could not be evaluated.
    mutating func note(_ row: ErrorRow) {
        errors[Int(row.error.rawValue)] += 1
        errorRows.append(row)
    }
}
