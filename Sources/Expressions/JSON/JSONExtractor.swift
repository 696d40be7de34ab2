import Bytes

/// Reads the values of a list of paths from JSON documents, all of them in one pass over each.
///
/// A document must be valid to its last byte, or every path is NULL (EXPRESSIONS.md §13). Strings
/// without escapes are cells over the document itself; others are unescaped into the arena. Made
/// once for a stream and fed one document after the other: rows of a stream look alike, and the
/// extractor remembers the shape of the last documents to read the next ones faster.
package struct JSONExtractor: Sendable {
    /// The paths, in the caller's order.
    package let paths: [JSONPath]
    /// Why the last document was refused, or nil if it was valid.
    package private(set) var fault: JSONFault?

    private let slotOfPath: [Int]
    private var walkers: [JSONWalker]
    private var slots: [Cell]

    /// The cell of a JSON null: NULL like any other, but JSON_EXISTS tells it from a missing value
    /// by its bits.
    package static let jsonNull = Cell(kind: .null, bits: 1)

    /// An extractor of these paths; an empty list only validates.
    package init(_ paths: [JSONPath]) {
        self.paths = paths
        var trees: [JSONPathTree] = []
        var places: [(tree: Int, node: Int)] = []
        for path in paths {
            places.append(Self.place(path, in: &trees))
        }
        if trees.isEmpty { trees.append(JSONPathTree()) }
        var first = 0
        for index in trees.indices {
            let targets = places.filter { $0.tree == index }.map(\.node)
            trees[index].assignSlots(targets, from: first)
            first += trees[index].slotCount
        }
        slotOfPath = places.map { trees[$0.tree].nodes[$0.node].slot }
        walkers = trees.map(JSONWalker.init)
        slots = Array(repeating: .null, count: first)
    }

    private static func place(
        _ path: JSONPath, in trees: inout [JSONPathTree]
    ) -> (tree: Int, node: Int) {
        for index in trees.indices {
            if let node = trees[index].insert(path) { return (index, node) }
        }
        var tree = JSONPathTree()
        // A lone path conflicts with nothing.
        let node = tree.insert(path) ?? 0
        trees.append(tree)
        return (trees.count - 1, node)
    }

    /// The value of path `index` in the last document.
    package func cell(_ index: Int) -> Cell { slots[slotOfPath[index]] }

    /// Whether path `index` led to a value in the last document, JSON null included.
    package func exists(_ index: Int) -> Bool {
        let cell = cell(index)
        return cell.kind != .null || cell.bits == Self.jsonNull.bits
    }

    /// Reads one document; afterwards ``cell(_:)`` holds the values, ``fault`` the reason if false
    /// is returned.
    ///
    /// - Parameters:
    ///   - document: the whole payload; a UTF-8 byte order mark is skipped.
    ///   - start: where the document starts in the memory that `home` names, for the cells.
    ///   - home: the memory that holds the document.
    ///   - arena: receives unescaped strings; it must not be the memory that holds the document.
    /// - Complexity: O(byte count), no allocation once the arena has grown.
    package mutating func extract(
        _ document: RawSpan, start: Int, home: CellHome = .input, arena: inout [UInt8]
    ) -> Bool {
        fault = nil
        let place = JSONPlace(start: start, home: home)
        for index in walkers.indices {
            fault = walkers[index].walk(document, place, slots: &slots, arena: &arena)
            if fault != nil {
                for slot in slots.indices { slots[slot] = .null }
                return false
            }
        }
        return true
    }
}

/// Where a document lies: what its cells count from.
struct JSONPlace {
    let start: Int
    let home: CellHome

    func text(_ kind: CellKind, _ position: Int, count: Int) -> Cell {
        Cell(
            kind: kind, home: home, count: UInt32(truncatingIfNeeded: count),
            bits: Int64(start &+ position))
    }
}
