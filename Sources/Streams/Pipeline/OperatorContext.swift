package import Bytes
package import Expressions

/// A batch on its way through the operators, beside its records.
package struct OperatorContext {
    /// The rows that go on.
    package var selection = Selection()
    /// Event time of each row of a source's batch; ``noTime`` if it has none.
    package var times: [Int64] = []
    /// The watermark before each row of a source's batch was read.
    package var watermarks: [Int64] = []
    /// The watermark after the batch.
    package var watermark = Int64.min
    /// Index of the split that the batch comes from.
    package var split = 0
    /// Rows that could not be evaluated; the pipeline's error policy decides about them.
    ///
    /// Whoever appends one takes it out of ``selection``.
    package var failures: [RowFailure] = []
    /// Rows that came after their windows had closed for good.
    package var late = Selection()
    /// Computed rows that could not be evaluated and are left out.
    package var resultErrors: [EvaluationError] = []
    /// Set by an operator whose output is large: it has more, to be had with
    /// ``Operator/advance(_:output:)`` once this part has gone on.
    package var hasMore = false
    package var report = PipelineReport()

    /// Stands in ``times`` for an event without a time.
    package static let noTime = Int64.min

    package init() {}

    /// Fails the rows, by ascending number, and takes them out of the selection.
    package mutating func fail(_ rows: [RowFailure]) {
        guard !rows.isEmpty else { return }
        failures += rows
        var next = 0
        selection.keep { row in
            while next < rows.count, Int(rows[next].row) < row { next += 1 }
            return next == rows.count || Int(rows[next].row) != row
        }
    }
}
