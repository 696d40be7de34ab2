package import Bytes

/// Runs a ``Program`` over batches. Owns all memory of it: nothing is allocated per record.
package struct Evaluator: Sendable {
    package let program: Program
    /// Since the start, over all batches and roots.
    package private(set) var counters = FilterCounters()
    /// Rows of this batch for which a condition ended in an error, in the order found.
    package private(set) var errorRows: [ErrorRow] = []
    var arena: [UInt8] = []
    var rootColumns: [CellColumn]

    package init(_ program: Program) {
        self.program = program
        rootColumns = Array(repeating: CellColumn(), count: program.rootCount)
    }

    /// Starts a batch: forgets columns and arena of the last one.
    ///
    /// - Parameter now: the value of `NOW()`, milliseconds since the epoch.
    package mutating func begin(now: Int64) {
        arena.removeAll(keepingCapacity: true)
        errorRows.removeAll(keepingCapacity: true)
    }

    /// Keeps the rows for which the condition is TRUE; counts the others by what became of them.
    package mutating func filter<Source: FieldSource & ~Escapable>(
        _ root: RootIndex, _ source: inout Source, _ selection: inout Selection
    ) {}

    /// Computes a root for the selected rows; read it with ``column(_:)``.
    package mutating func evaluate<Source: FieldSource & ~Escapable>(
        _ root: RootIndex, _ source: inout Source, _ selection: Selection
    ) {}

    /// The cells of a root, by row; only the rows of the last ``evaluate(_:_:_:)`` are valid. A row
    /// that could not be evaluated has a cell of kind `error`.
    package func column(_ root: RootIndex) -> CellColumn { rootColumns[root.rawValue] }

    /// The memories of the text cells; `input` is the source's. Valid until the next call that
    /// changes the evaluator.
    @_lifetime(copy input, borrow self)
    package func textHomes(input: RawSpan) -> TextHomes {
        TextHomes(
            input: input, arena: arena.rawSpan, constants: program.tables.text.rawSpan)
    }
}
