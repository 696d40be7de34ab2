package import Connectors
package import Records

/// What became of a batch in an operator.
package enum OperatorOutput: Sendable {
    /// The rows that are still selected go on, where they are.
    case selection
    /// New rows, in the operator's output buffer, go on instead.
    case rows
}

/// A step of a pipeline: filters, transforms or aggregates batches; used by one thread.
///
/// What an operator makes must depend on the rows and their order alone: how they are cut into
/// batches changes with every run. What it keeps from one batch for the next is state: it is
/// committed with the output and given back when the pipeline resumes.
package protocol Operator: AnyObject {
    /// One line for `EXPLAIN`.
    var summary: String { get }

    /// Whether it needs no more input: a limit that is reached.
    var isSatisfied: Bool { get }

    /// Rows that it takes at once without more memory than it should; usually any number.
    var rowCountMax: Int { get }

    /// Handles the selected rows of a batch: narrows `context.selection`, or fills `output`
    /// (empty when called) with new rows.
    func process(
        _ block: borrowing RecordBlock, _ context: inout OperatorContext,
        output: inout RecordBuffer
    ) throws -> OperatorOutput

    /// Appends to `output` what waits for the watermark, which has moved to `context.watermark`
    /// without a row, at the end of the input to `Int64.max`. Also called until it no longer sets
    /// `context.hasMore`, so that output goes on in parts.
    func advance(_ context: inout OperatorContext, output: inout RecordBuffer) throws

    /// Takes back a change that ``collectChanges(into:)`` gave in an earlier run, without the
    /// prefix that tells operators apart.
    func restore(key: RawSpan, value: RawSpan) throws

    /// Appends what has changed since the last call; it is committed next.
    func collectChanges(into changes: inout [StateChange])
}

extension Operator {
    package var isSatisfied: Bool { false }
    package var rowCountMax: Int { .max }
    package func advance(_ context: inout OperatorContext, output: inout RecordBuffer) throws {}
    package func restore(key: RawSpan, value: RawSpan) throws {}
    package func collectChanges(into changes: inout [StateChange]) {}
}
