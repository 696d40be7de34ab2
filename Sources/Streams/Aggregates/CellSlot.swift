import Bytes
import Expressions

/// A value kept in three words of a group's entry, its text in the window's heap.
///
/// Word 0: kind + 1 in the low byte (0: no value yet) and the text's byte count above it; word 1:
/// the value, or the text's start in the heap; word 2: bytes reserved there. A later text that
/// fits takes the place of the earlier one, so the heap does not grow with every new maximum.
enum CellSlot {
    static func isEmpty(_ words: [Int64], at index: Int) -> Bool { words[index] == 0 }

    /// The value, with text in ``CellHome/arena`` meaning the heap; NULL if there is none.
    static func cell(_ words: [Int64], at index: Int) -> Cell {
        guard words[index] != 0,
            let kind = CellKind(rawValue: UInt8(truncatingIfNeeded: words[index]) &- 1)
        else { return .null }
        return Cell(
            kind: kind, home: .arena, count: UInt32(truncatingIfNeeded: words[index] >> 8),
            bits: words[index + 1])
    }

    static func store(
        _ cell: Cell, _ homes: borrowing TextHomes, words: inout [Int64], at index: Int,
        heap: inout [UInt8]
    ) {
        words[index] = Int64(cell.kind.rawValue) + 1 | Int64(cell.count) << 8
        guard cell.isText else {
            words[index + 1] = cell.bits
            words[index + 2] = 0  // The place in the heap is forgotten with its start.
            return
        }
        store(homes.text(cell), words: &words, at: index, heap: &heap)
    }

    /// Stores the text alone: the slot's first word says what it is.
    static func store(
        _ text: RawSpan, words: inout [Int64], at index: Int, heap: inout [UInt8]
    ) {
        if text.byteCount <= Int(words[index + 2]) {
            let start = Int(words[index + 1])
            for position in 0..<text.byteCount {
                heap[start + position] = text.byte(at: position)
            }
            return
        }
        words[index + 1] = Int64(heap.count)
        words[index + 2] = Int64(text.byteCount)
        heap.append(copying: text)
    }
}
