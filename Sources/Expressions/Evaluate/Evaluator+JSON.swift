import Bytes

/// Steps that read JSON documents: EXPRESSIONS.md §13.
extension Evaluator {
    mutating func exists<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        let document = operand(step.operands[0], &source, rows)
        let input = source.input
        let path = Int(step.immediate)
        for row in rows.rows {
            let cell = document[Int(row)]
            if cell.kind == .error {
                out[Int(row)] = Truth.error(cell)
            } else if cell.kind == .null {
                out[Int(row)] = Truth.unknown
            } else {
                _ = json(cell, path, input, allowsContainers: true)
                let isRead = cell.kind == .string || cell.kind == .json
                out[Int(row)] = Truth.of(isRead && extractors[path].exists(0))
            }
        }
        give(document)
    }

    /// The value at a path of the program in a document that is the text of a cell.
    mutating func json(
        _ cell: Cell, _ path: Int, _ input: RawSpan, allowsContainers: Bool
    ) -> Cell {
        if cell.kind == .error { return cell }
        guard cell.kind == .string || cell.kind == .json else { return .null }
        let start = Int(cell.bits)
        let count = Int(cell.count)
        switch cell.home {
        case .input:
            _ = extractors[path].extract(
                input.slice(start, count: count), start: start, home: .input, arena: &arena)
        case .constants:
            let text = program.tables.text
            _ = extractors[path].extract(
                text.rawSpan.slice(start, count: count), start: start, home: .constants,
                arena: &arena)
        case .arena:
            // Unescaped strings are appended to the arena, which must not hold the document too.
            let copy = Array(arena[start..<start + count])
            _ = extractors[path].extract(
                copy.rawSpan, start: start, home: .arena, arena: &arena)
        }
        let value = extractors[path].cell(0)
        return value.kind == .json && !allowsContainers ? .null : value
    }

    /// JSON_LENGTH: the elements of an array; NULL for anything else.
    mutating func length(_ cell: Cell, _ input: RawSpan) -> Cell {
        guard cell.kind == .json else { return cell.kind == .error ? cell : .null }
        let copy = Array(copying: textHomes(input: input).text(cell))
        guard copy.first == UInt8(ascii: "[") else { return .null }
        var elements = JSONElements(copy.rawSpan, start: Int(cell.bits), home: cell.home)
        var count: Int64 = 0
        while elements.next(copy.rawSpan, arena: &scratch) != nil { count += 1 }
        scratch.removeAll(keepingCapacity: true)
        return .int(count)
    }
}
