/// A row that was accepted for a group of a window: the pairs that accumulators loop over.
struct GroupRow: Sendable, BitwiseCopyable {
    /// Row of the batch under way.
    let row: Int32
    /// Entry of the window's table.
    let entry: Int32
}
