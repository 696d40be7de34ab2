import Bytes
import Expressions

/// The group keys of a batch's selected rows, as bytes, one behind the other.
struct GroupKeys {
    private var bytes: [UInt8] = []
    /// Key `i` is `ends[i] ..< ends[i + 1]`.
    private var ends: [Int] = [0]

    /// Replaces the keys by those of `rows`, of the first `count` columns.
    ///
    /// - Complexity: O(key bytes), no allocation but growth.
    mutating func encode(_ rows: [Int32], count: Int, _ input: borrowing AggregateInput) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        ends.append(0)
        guard count == 1 else {
            for row in rows {
                for column in 0..<count {
                    CellKey.append(input.columns[column][Int(row)], input.homes, to: &bytes)
                }
                ends.append(bytes.count)
            }
            return
        }
        // One column is the common case: its cells are fetched once.
        let cells = input.columns[0].cells
        for row in rows {
            CellKey.append(cells[Int(row)], input.homes, to: &bytes)
            ends.append(bytes.count)
        }
    }

    /// The key of the `index`-th row.
    @_lifetime(borrow self)
    func key(_ index: Int) -> RawSpan {
        bytes.rawSpan.slice(ends[index], count: ends[index + 1] - ends[index])
    }
}
