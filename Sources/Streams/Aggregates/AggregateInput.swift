import Expressions

/// The columns of the batch under way, borrowed for one update of a window's groups.
struct AggregateInput: ~Escapable {
    /// Values of the accumulators' arguments and filters.
    let columns: Span<CellColumn>
    let homes: TextHomes
    /// Event time of each row.
    let times: Span<Int64>
    /// Offset of each row in its split.
    let offsets: Span<Int64>
    /// Index of the split that the batch comes from.
    let split: Int

    @_lifetime(copy columns, copy homes, copy times, copy offsets)
    init(
        columns: Span<CellColumn>, homes: TextHomes, times: Span<Int64>, offsets: Span<Int64>,
        split: Int
    ) {
        self.columns = columns
        self.homes = homes
        self.times = times
        self.offsets = offsets
        self.split = split
    }
}
