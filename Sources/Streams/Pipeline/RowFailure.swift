package import Expressions

/// A row that an operator could not evaluate.
package struct RowFailure: Sendable, Equatable {
    package let row: Int32
    package let error: EvaluationError

    package init(row: Int32, error: EvaluationError) {
        self.row = row
        self.error = error
    }
}
