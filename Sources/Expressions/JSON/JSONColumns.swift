import Bytes

/// The values of some paths in a batch of documents, found while the documents were checked: a
/// filter that asks for them need not read the documents a second time.
///
/// Immutable: made by the thread that checks, used by the thread that evaluates.
package final class JSONColumns: Sendable {
    private let paths: [JSONPath]
    private let slotOfPath: [Int]
    private let slotCount: Int
    /// Their starts ascend.
    private let documents: [JSONDocument]
    private let cells: [Cell]
    private let arena: [UInt8]

    init(
        paths: [JSONPath], slotOfPath: [Int], slotCount: Int, documents: [JSONDocument],
        cells: [Cell], arena: [UInt8]
    ) {
        self.paths = paths
        self.slotOfPath = slotOfPath
        self.slotCount = slotCount
        self.documents = documents
        self.cells = cells
        self.arena = arena
    }

    /// Where the values of these paths are, for ``copyCells(at:of:into:arena:)``; nil if one of
    /// them was not looked for.
    package func places(of wanted: [JSONPath]) -> [Int]? {
        var places: [Int] = []
        for path in wanted {
            guard let index = paths.firstIndex(of: path) else { return nil }
            places.append(slotOfPath[index])
        }
        return places
    }

    /// Copies the values of one path to the rows of documents of the same memory, whose starts
    /// ascend.
    ///
    /// - Parameters:
    ///   - place: one of ``places(of:)``.
    ///   - wanted: the documents and their rows.
    ///   - column: receives the cells.
    ///   - arena: receives the bytes of unescaped strings.
    /// - Returns: false if one of the documents is none of those that were read; the column then
    ///   holds anything.
    /// - Complexity: O(documents of both).
    package func copyCells(
        at place: Int, of wanted: Span<JSONDocument>, into column: inout CellColumn,
        arena: inout [UInt8]
    ) -> Bool {
        guard wanted.count > 0 else { return true }
        // Locals share the memory; spans of a class's own fields would need an access each.
        let (documents, cells) = (documents, cells)
        let own = documents.span
        let source = cells.span
        var target = column.cells.mutableSpan
        var next = firstIndex(from: wanted[0].start)
        for index in 0..<wanted.count {
            let document = wanted[index]
            while next < own.count, own[next].start < document.start { next &+= 1 }
            guard next < own.count, own[next].start == document.start,
                own[next].count == document.count
            else { return false }
            var cell = source[next &* slotCount &+ place]
            if cell.home == .arena, cell.isText { cell = moved(cell, to: &arena) }
            target[Int(document.row)] = cell
            next &+= 1
        }
        return true
    }

    /// The first document that starts at `start` or behind it; O(log count).
    private func firstIndex(from start: Int) -> Int {
        var low = 0
        var high = documents.count
        while low < high {
            let middle = (low + high) / 2
            if documents[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func moved(_ cell: Cell, to target: inout [UInt8]) -> Cell {
        var cell = cell
        let start = Int(cell.bits)
        cell.bits = Int64(target.count)
        target.append(contentsOf: arena[start..<(start + Int(cell.count))])
        return cell
    }
}
