import Bytes

/// Walks over one document with the nodes of a path tree at hand: validates all of it and writes
/// the values that paths lead to.
///
/// There is no recursion: open containers stand on a stack of fixed size.
struct JSONWalker: Sendable {
    let tree: JSONPathTree
    /// The skeleton of the last document, if it was wished, valid, and can be remembered.
    private(set) var shape = JSONShape()
    private(set) var isRecorded = false
    /// Behind the last scalar that was recorded.
    private var recordedEnd = 0
    /// The document's first cell.
    private var firstCell = 0
    private var depth = 0
    /// The open containers, outermost first; as many as ``depth``.
    private var open: [Container]
    /// Unescaped names are compared here.
    private var name: [UInt8] = []

    private struct Container: Sendable {
        var isArray = false
        /// The container's node, or -1 if no path leads here.
        var node = -1
        var start = 0
        /// Number of the current element, and of all if the node counts from the back.
        var index = 0
        var count = 0
    }

    init(_ tree: JSONPathTree) {
        self.tree = tree
        open = Array(repeating: Container(), count: JSONLimits.depthMax)
    }

    /// Reads one document into its cells.
    ///
    /// - Parameters:
    ///   - document: all of it.
    ///   - place: what text cells of the document count from.
    ///   - firstCell: where the document's cells begin.
    ///   - records: whether ``shape`` is to be made of the document.
    ///   - cells: those of all documents.
    ///   - arena: receives strings with escapes.
    /// - Returns: why it is not JSON, or nil.
    mutating func walk(
        _ document: RawSpan, _ place: JSONPlace, firstCell: Int, records: Bool,
        cells: inout MutableSpan<Cell>, arena: inout [UInt8]
    ) -> JSONFault? {
        self.firstCell = firstCell
        _ = reset(0, &cells)
        isRecorded = records
        recordedEnd = 0
        if records { shape.removeAll() }
        do throws(JSONFault) {
            try walkDocument(document, place, &cells, &arena)
        } catch {
            isRecorded = false
            return error
        }
        if isRecorded {
            record(document, upTo: document.byteCount, slot: -1)
            shape.finish(slotCount: tree.slotCount)
        }
        return nil
    }

    /// Makes the cells of a node and all below NULL; true if one of them was something else.
    private func reset(_ node: Int, _ cells: inout MutableSpan<Cell>) -> Bool {
        let first = firstCell &+ Int(tree.nodes[node].firstSlot)
        var hadValue = false
        for index in first..<(first &+ Int(tree.nodes[node].slotCount)) {
            hadValue = hadValue || cells[index].kind != .null
            cells[index] = .null
        }
        return hadValue
    }

    private mutating func record(_ text: RawSpan, upTo position: Int, slot: Int) {
        let literal = text.slice(recordedEnd, count: position - recordedEnd)
        isRecorded = shape.append(literal, slot: slot)
    }

    private mutating func walkDocument(
        _ text: RawSpan, _ place: JSONPlace, _ cells: inout MutableSpan<Cell>,
        _ arena: inout [UInt8]
    ) throws(JSONFault) {
        guard text.byteCount <= JSONLimits.byteCountMax else {
            throw JSONFault(position: JSONLimits.byteCountMax, reason: .tooLarge)
        }
        var position = Self.byteOrderMarkCount(text)
        JSONScanner.skipBlanks(text, &position)
        guard position < text.byteCount else { throw JSONFault(position: position, reason: .empty) }
        depth = 0
        var node = 0
        while true {
            let opens = try value(text, &position, node, place, &cells, &arena)
            if !opens {
                try close(text, &position, place, &cells)
            }
            if depth == 0 { break }
            node = try nextNode(text, &position, &cells)
        }
        JSONScanner.skipBlanks(text, &position)
        guard position == text.byteCount else {
            throw JSONFault(position: position, reason: .trailingText)
        }
    }

    static func byteOrderMarkCount(_ text: RawSpan) -> Int {
        let hasMark =
            text.byteCount >= 3 && text.byte(at: 0) == 0xEF && text.byte(at: 1) == 0xBB
            && text.byte(at: 2) == 0xBF
        return hasMark ? 3 : 0
    }

    /// Reads a scalar, or the opening of a container; true if the container has a first child, at
    /// which `position` then stands.
    private mutating func value(
        _ text: RawSpan, _ position: inout Int, _ node: Int, _ place: JSONPlace,
        _ cells: inout MutableSpan<Cell>, _ arena: inout [UInt8]
    ) throws(JSONFault) -> Bool {
        let start = position
        let slot = node >= 0 ? Int(tree.nodes[node].slot) : -1
        let byte = text.byte(at: position)
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return try opening(text, &position, node)
        case UInt8(ascii: "\""):
            position &+= 1
            let hasEscapes = try JSONScanner.string(text, &position)
            if slot >= 0 {
                let contents = text.slice(start + 1, count: position - start - 2)
                cells[firstCell &+ slot] = Self.stringCell(
                    contents, hasEscapes, start + 1, place, &arena)
            }
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let cell = JSONNumber.read(text, &position) else {
                throw JSONFault(position: start, reason: .invalidNumber)
            }
            if slot >= 0 { cells[firstCell &+ slot] = cell }
        default:
            guard let cell = JSONScanner.literal(text, &position) else {
                throw JSONFault(position: start, reason: .expectedValue)
            }
            if slot >= 0 { cells[firstCell &+ slot] = cell }
        }
        if isRecorded {
            record(text, upTo: start, slot: slot)
            recordedEnd = position
        }
        return false
    }

    static func stringCell(
        _ contents: RawSpan, _ hasEscapes: Bool, _ position: Int, _ place: JSONPlace,
        _ arena: inout [UInt8]
    ) -> Cell {
        guard hasEscapes else { return place.text(.string, position, count: contents.byteCount) }
        let start = arena.count
        JSONScanner.appendUnescaped(contents, to: &arena)
        return .string(.arena, start: start, count: arena.count - start)
    }

    private mutating func opening(
        _ text: RawSpan, _ position: inout Int, _ node: Int
    ) throws(JSONFault) -> Bool {
        guard depth < JSONLimits.depthMax else {
            throw JSONFault(position: position, reason: .tooDeep)
        }
        let isArray = text.byte(at: position) == UInt8(ascii: "[")
        var container = Container(isArray: isArray, node: node, start: position, index: -1)
        if node >= 0, isArray, tree.nodes[node].countsFromBack {
            container.count = JSONSkipper.elementCount(text, from: position)
        }
        open[depth] = container
        depth &+= 1
        position &+= 1
        JSONScanner.skipBlanks(text, &position)
        guard position < text.byteCount else {
            throw JSONFault(position: position, reason: .unterminatedDocument)
        }
        return text.byte(at: position) != (isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"))
    }

    /// Behind a value: closes the containers that end here, up to a comma or the document's end.
    private mutating func close(
        _ text: RawSpan, _ position: inout Int, _ place: JSONPlace, _ cells: inout MutableSpan<Cell>
    ) throws(JSONFault) {
        while depth > 0 {
            JSONScanner.skipBlanks(text, &position)
            guard position < text.byteCount else {
                throw JSONFault(position: position, reason: .unterminatedDocument)
            }
            let byte = text.byte(at: position)
            let container = open[depth &- 1]
            if byte == UInt8(ascii: ","), container.index >= 0 {
                position &+= 1
                JSONScanner.skipBlanks(text, &position)
                return
            }
            guard byte == (container.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) else {
                throw JSONFault(position: position, reason: .expectedCommaOrEnd)
            }
            position &+= 1
            depth &-= 1
            if container.node >= 0, tree.nodes[container.node].slot >= 0 {
                cells[firstCell &+ Int(tree.nodes[container.node].slot)] = place.text(
                    .json, container.start, count: position - container.start)
                // A shape knows the places of scalars only.
                isRecorded = false
            }
        }
    }

    /// At a member or element: reads the member's name and gives the node of its value.
    private mutating func nextNode(
        _ text: RawSpan, _ position: inout Int, _ cells: inout MutableSpan<Cell>
    ) throws(JSONFault) -> Int {
        guard position < text.byteCount else {
            throw JSONFault(position: position, reason: .unterminatedDocument)
        }
        open[depth &- 1].index &+= 1
        let container = open[depth &- 1]
        if container.isArray {
            guard container.node >= 0 else { return -1 }
            return tree.child(of: container.node, at: container.index, count: container.count)
        }
        let node = try memberNode(text, &position, container.node)
        JSONScanner.skipBlanks(text, &position)
        guard position < text.byteCount else {
            throw JSONFault(position: position, reason: .unterminatedDocument)
        }
        guard text.byte(at: position) == UInt8(ascii: ":") else {
            throw JSONFault(position: position, reason: .expectedColon)
        }
        position &+= 1
        JSONScanner.skipBlanks(text, &position)
        guard position < text.byteCount else {
            throw JSONFault(position: position, reason: .unterminatedDocument)
        }
        // The last of repeated members wins, so nothing of an earlier one may stay; a shape could
        // not express that.
        if node >= 0, reset(node, &cells) { isRecorded = false }
        return node
    }

    private mutating func memberNode(
        _ text: RawSpan, _ position: inout Int, _ parent: Int
    ) throws(JSONFault) -> Int {
        guard text.byte(at: position) == UInt8(ascii: "\"") else {
            throw JSONFault(position: position, reason: .expectedMember)
        }
        let start = position &+ 1
        position = start
        let hasEscapes = try JSONScanner.string(text, &position)
        guard parent >= 0 else { return -1 }
        let written = text.slice(start, count: position - start - 1)
        guard hasEscapes else { return tree.child(of: parent, named: written) }
        name.removeAll(keepingCapacity: true)
        JSONScanner.appendUnescaped(written, to: &name)
        return tree.child(of: parent, named: name.rawSpan)
    }
}
