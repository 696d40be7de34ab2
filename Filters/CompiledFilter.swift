package import Bytes
package import Expressions
package import Records

/// A filter of one language, ready to run.
///
/// A value with its own scratch memory: each evaluating thread has a copy of its own.
package protocol CompiledFilter: Sendable {
    /// Keeps in `selection` the rows of `block` that match.
    ///
    /// Rows that do not match, are UNKNOWN or cannot be evaluated leave the selection and are
    /// counted in `report`; the latter also stand in its error rows, for the policy to decide.
    /// - Complexity: O(bytes of the selected records); no allocation once scratch has grown.
    mutating func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        selection: inout Selection, report: inout FilterReport)

    /// The fields whose summaries ``possibleTruths(_:)`` looks at; empty if it looks at none.
    var summarizedFields: [FieldReference] { get }

    /// What the filter may say of the records that a summary tells of; all truth values where it
    /// does not tell enough.
    func possibleTruths(_ summary: BlockSummary) -> PossibleTruths
}
