/// One value for each row of a batch.
///
/// Reused between batches: it grows to the largest batch seen.
@usableFromInline package struct CellColumn: Sendable {
    @usableFromInline package var cells: [Cell] = []

    @inlinable
    package init() {}

    /// Makes room for rows 0 ..< count; new cells are NULL, present ones keep their values.
    @inlinable
    package mutating func reserve(_ count: Int) {
        if cells.count < count {
            cells.append(contentsOf: repeatElement(.null, count: count - cells.count))
        }
    }

    @inlinable
    package subscript(row: Int) -> Cell {
        get { cells[row] }
        set { cells[row] = newValue }
    }
}
