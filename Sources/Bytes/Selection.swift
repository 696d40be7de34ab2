/// The rows of a batch that are still wanted: their numbers, ascending, without repetition.
///
/// Filters shrink it, operators loop over it. A vector of numbers rather than a bit set: every
/// consumer walks the wanted rows in order, and most filters keep few. One selection is reused
/// for all batches, so it allocates only until it has seen the largest.
///
/// What loops call is inlinable: called across modules, `keep(where:)` and `append(_:)` cost more
/// per row than the condition that they serve.
package struct Selection: Sendable {
    /// The wanted rows, ascending.
    @usableFromInline package internal(set) var rows: [Int32] = []

    /// No rows.
    package init() {}

    /// Rows 0 ..< count.
    package init(all count: Int) { selectAll(count) }

    /// Number of wanted rows.
    @inlinable
    package var count: Int { rows.count }

    /// Whether no row is wanted.
    @inlinable
    package var isEmpty: Bool { rows.isEmpty }

    /// Wants every row of a batch of `count`.
    package mutating func selectAll(_ count: Int) {
        rows.removeAll(keepingCapacity: true)
        rows.append(contentsOf: 0..<Int32(count))
    }

    /// Wants no row.
    package mutating func removeAll() { rows.removeAll(keepingCapacity: true) }

    /// Adds a row above all present ones.
    @inlinable
    package mutating func append(_ row: Int32) {
        assert(rows.last.map { $0 < row } ?? true, "rows must ascend")
        rows.append(row)
    }

    /// Keeps the rows for which `isWanted` is true; O(count), no allocation.
    @inlinable
    package mutating func keep(where isWanted: (Int) -> Bool) {
        var kept = 0
        for index in 0..<rows.count {
            let row = rows[index]
            rows[kept] = row
            kept += isWanted(Int(row)) ? 1 : 0
        }
        rows.removeLast(rows.count - kept)
    }

    /// Drops the first `count` rows.
    package mutating func dropFirst(_ count: Int) { rows.removeFirst(min(count, rows.count)) }
}
