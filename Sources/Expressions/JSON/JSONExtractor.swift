import Bytes

/// Reads the values of a list of paths from JSON documents, all of them in one pass over each.
///
/// A document must be valid to its last byte, or every path is NULL (EXPRESSIONS.md §13). Strings
/// without escapes are cells over the document itself; others are unescaped into the arena. Made
/// once for a stream and fed batch after batch: rows of a stream look alike, and the extractor
/// remembers the shapes of the last documents to read the next ones faster.
package struct JSONExtractor: Sendable {
    /// The paths, in the caller's order.
    package let paths: [JSONPath]
    /// The documents of the last batch that are not JSON, ascending.
    package private(set) var faults: [JSONDocumentFault] = []

    private let slotOfPath: [Int]
    private let slotCount: Int
    private var reader: JSONReader
    /// For paths that would conflict with those of ``reader``; nearly always none.
    private var furtherReaders: [JSONReader] = []
    /// The values of the last batch: ``slotCount`` cells for each document.
    private var cells: [Cell] = []

    /// The cell of a JSON null: NULL like any other, but JSON_EXISTS tells it from a missing value
    /// by its bits.
    package static let jsonNull = Cell(kind: .null, bits: 1)

    /// An extractor of these paths; an empty list only validates.
    package init(_ paths: [JSONPath]) {
        self.paths = paths
        var trees: [JSONPathTreeBuilder] = []
        var places: [(tree: Int, node: Int)] = []
        for path in paths {
            places.append(Self.place(path, in: &trees))
        }
        if trees.isEmpty { trees.append(JSONPathTreeBuilder()) }
        var slotCount = 0
        for index in trees.indices {
            let targets = places.filter { $0.tree == index }.map(\.node)
            slotCount = trees[index].assignSlots(targets, from: slotCount)
        }
        self.slotCount = slotCount
        slotOfPath = places.map { trees[$0.tree].nodes[$0.node].slot }
        reader = JSONReader(JSONPathTree(trees[0]))
        furtherReaders = trees.dropFirst().map { JSONReader(JSONPathTree($0)) }
    }

    private static func place(
        _ path: JSONPath, in trees: inout [JSONPathTreeBuilder]
    ) -> (tree: Int, node: Int) {
        for index in trees.indices {
            if let node = trees[index].insert(path) { return (index, node) }
        }
        var tree = JSONPathTreeBuilder()
        // A lone path conflicts with nothing.
        let node = tree.insert(path) ?? 0
        trees.append(tree)
        return (trees.count - 1, node)
    }

    /// Reads a batch of documents; ``copyCells(ofPath:of:into:)`` then gives the values.
    ///
    /// - Parameters:
    ///   - documents: where the documents lie in `input`; a UTF-8 byte order mark is skipped.
    ///   - input: the memory that holds them.
    ///   - place: what the cells of text without escapes count from, and their home.
    ///   - arena: receives unescaped strings; it must not be the memory that holds the documents.
    /// - Complexity: O(bytes of the documents), no allocation once scratch has grown.
    package mutating func extract(
        _ documents: Span<JSONDocument>, in input: RawSpan, at place: JSONPlace = JSONPlace(),
        arena: inout [UInt8]
    ) {
        faults.removeAll(keepingCapacity: true)
        let needed = documents.count * slotCount
        if cells.count < needed {
            cells.append(contentsOf: repeatElement(.null, count: needed - cells.count))
        }
        let batch = JSONBatch(
            input: input, documents: documents, place: place, slotCount: slotCount)
        reader.read(batch, cells: &cells, arena: &arena, faults: &faults)
        for index in furtherReaders.indices {
            var known: [JSONDocumentFault] = []
            furtherReaders[index].read(batch, cells: &cells, arena: &arena, faults: &known)
        }
        for fault in faults {
            let first = fault.index * slotCount
            for slot in first..<(first + slotCount) { cells[slot] = .null }
        }
    }

    /// Copies the values of path `index` to the rows of the documents that were read.
    package func copyCells(
        ofPath index: Int, of documents: Span<JSONDocument>, into column: inout CellColumn
    ) {
        var source = slotOfPath[index]
        for document in 0..<documents.count {
            column.cells[Int(documents[document].row)] = cells[source]
            source += slotCount
        }
    }

    /// The values of the last batch as an object of their own, for whoever reads the same
    /// documents later; the extractor keeps none of them.
    ///
    /// - Parameters:
    ///   - documents: those of the batch.
    ///   - arena: what the batch appended its unescaped strings to, from its start.
    /// - Returns: the values; they do not change any more.
    package mutating func takeColumns(
        _ documents: [JSONDocument], arena: [UInt8]
    ) -> JSONColumns {
        var taken: [Cell] = []
        swap(&taken, &cells)
        return JSONColumns(
            paths: paths, slotOfPath: slotOfPath, slotCount: slotCount, documents: documents,
            cells: taken, arena: arena)
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - document: all of it.
    ///   - start: where the document starts in the memory that `home` names, for the cells.
    ///   - home: the memory that holds it.
    ///   - arena: as for a batch.
    /// - Returns: false if it is not JSON, for the reason ``fault``.
    package mutating func extract(
        _ document: RawSpan, start: Int, home: CellHome = .input, arena: inout [UInt8]
    ) -> Bool {
        let whole = [JSONDocument(start: 0, count: document.byteCount)]
        extract(
            whole.span, in: document, at: JSONPlace(start: start, home: home), arena: &arena)
        return faults.isEmpty
    }

    /// Why the first document of the last batch that is not JSON is none, or nil.
    package var fault: JSONFault? { faults.first?.fault }

    /// The value of path `index` in the one document that was read.
    package func cell(_ index: Int) -> Cell { cells[slotOfPath[index]] }

    /// Whether path `index` led to a value in the one document that was read, JSON null included.
    package func exists(_ index: Int) -> Bool {
        let cell = cell(index)
        return cell.kind != .null || cell.bits == Self.jsonNull.bits
    }
}
