import Bytes
import Expressions

extension WindowGroups {
    /// Adds the accepted rows to their groups, one accumulator after the other.
    ///
    /// - Complexity: O(rows × accumulators); allocates only where a table or the heap grows.
    mutating func apply(_ accumulators: [Accumulator], _ input: borrowing AggregateInput) {
        guard !pending.isEmpty else { return }
        // Moved out, so that the loops work on locals.
        var rows: [GroupRow] = []
        swap(&rows, &pending)
        for row in rows { dirtyGroups.mark(Int(row.entry)) }
        for (index, accumulator) in accumulators.enumerated() {
            if accumulator.kind.hasDetails {
                addDetails(rows, index, accumulator, input)
            } else {
                var words: [Int64] = []
                swap(&words, &groups.words)
                update(&words, rows, accumulator, input)
                swap(&words, &groups.words)
            }
        }
        rows.removeAll(keepingCapacity: true)
        swap(&rows, &pending)
    }

    private mutating func update(
        _ words: inout [Int64], _ rows: [GroupRow], _ accumulator: Accumulator,
        _ input: borrowing AggregateInput
    ) {
        let stride = groups.stride
        // Fetched once: an element of the span is a copy.
        let filter = accumulator.filter.map { input.columns[$0].cells }
        let argument = accumulator.argument.map { input.columns[$0].cells }
        for pair in rows {
            let row = Int(pair.row)
            if let filter, !Self.isTrue(filter[row]) { continue }
            let word = Int(pair.entry) * stride + accumulator.word
            guard let argument else {
                words[word] += 1
                continue
            }
            let cell = argument[row]
            guard cell.kind != .null else { continue }
            switch accumulator.kind {
            case .count: words[word] += 1
            case .sum: SumWords.add(Self.number(cell, input.homes), to: &words, at: word)
            case .extreme(let isMaximum):
                keepExtreme(cell, isMaximum: isMaximum, &words, at: word, input.homes)
            case .edge(let isLast):
                keepEdge(cell, row: row, isLast: isLast, &words, at: word, input)
            case .moments:
                MomentWords.add(Self.number(cell, input.homes), to: &words, at: word)
            case .distinct, .ranked: break
            }
        }
    }

    /// Text that is a number counts as that number, as in arithmetic (EXPRESSIONS.md §4); the
    /// columns of CSV are text.
    private static func number(_ cell: Cell, _ homes: borrowing TextHomes) -> Cell {
        cell.kind == .string ? NumberText.parse(homes.text(cell)) : cell
    }

    private static func isTrue(_ cell: Cell) -> Bool { cell.kind == .bool && cell.bits != 0 }

    private mutating func keepExtreme(
        _ cell: Cell, isMaximum: Bool, _ words: inout [Int64], at word: Int,
        _ homes: borrowing TextHomes
    ) {
        guard cell.kind != .json, cell.kind != .bool else { return }
        if !CellSlot.isEmpty(words, at: word) {
            let kept = CellSlot.cell(words, at: word)
            let keptText = TextHomes(
                input: heap.rawSpan, arena: heap.rawSpan, constants: heap.rawSpan)
            guard let order = ExtremeOrder.compare(cell, homes, kept, keptText),
                isMaximum ? order > 0 : order < 0
            else { return }
        }
        CellSlot.store(cell, homes, words: &words, at: word, heap: &heap)
    }

    private mutating func keepEdge(
        _ cell: Cell, row: Int, isLast: Bool, _ words: inout [Int64], at word: Int,
        _ input: borrowing AggregateInput
    ) {
        let time = input.times[row]
        let split = Int64(input.split)
        let offset = input.offsets[row]
        if !CellSlot.isEmpty(words, at: word) {
            let kept = (words[word + 3], words[word + 4], words[word + 5])
            guard isLast ? (time, split, offset) > kept : (time, split, offset) < kept else {
                return
            }
        }
        CellSlot.store(cell, input.homes, words: &words, at: word, heap: &heap)
        words[word + 3] = time
        words[word + 4] = split
        words[word + 5] = offset
    }

    private mutating func addDetails(
        _ rows: [GroupRow], _ index: Int, _ accumulator: Accumulator,
        _ input: borrowing AggregateInput
    ) {
        guard let argument = accumulator.argument else { return }
        let isRanked = accumulator.kind == .ranked
        for pair in rows {
            let row = Int(pair.row)
            if let filter = accumulator.filter, !Self.isTrue(input.columns[filter][row]) {
                continue
            }
            let value = input.columns[argument][row]
            let cell = isRanked ? Self.number(value, input.homes) : value
            guard cell.kind != .null, !isRanked || cell.kind == .int || cell.kind == .double
            else { continue }
            let isNew = addDetail(index, Int(pair.entry), cell, input.homes)
            if isRanked || isNew {
                groups.words[Int(pair.entry) * groups.stride + accumulator.word] += 1
            }
        }
    }
}
