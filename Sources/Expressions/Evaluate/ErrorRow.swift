/// A row that a condition could not be evaluated for; the subscription's policy decides about it.
package struct ErrorRow: Sendable, Equatable {
    package let row: Int32
    package let error: EvaluationError

    package init(row: Int32, error: EvaluationError) {
        self.row = row
        self.error = error
    }
}
