package import Expressions

/// A row that an operator could not evaluate.
package struct RowFailure: Sendable, Equatable {
    package let row: Int32
    package let error: EvaluationError
    /// The operator's own policy, before the pipeline's: that of a subscription.
    package let policy: PipelineOptions.ErrorPolicy?

    package init(row: Int32, error: EvaluationError, policy: PipelineOptions.ErrorPolicy? = nil) {
        self.row = row
        self.error = error
        self.policy = policy
    }
}
