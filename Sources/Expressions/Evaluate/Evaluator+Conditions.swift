import Bytes

/// Steps that give truth values.
extension Evaluator {
    /// Writes the truth of a condition to `out`, for the rows.
    mutating func truth<Source: FieldSource & ~Escapable>(
        _ node: Int, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        let step = program.nodes[node]
        guard step.operation.isCondition else {
            let operand = operand(Int32(node), &source, rows)
            do {
                let homes = textHomes(input: source.input)
                let dialect = program.options.dialect
                for row in rows.rows {
                    out[Int(row)] = Truth.of(operand[Int(row)], homes, dialect)
                }
            }
            give(operand)
            return
        }
        let memo = Int(program.memos[node])
        guard memo >= 0 else {
            computeTruth(node, step, &source, rows, &out)
            return
        }
        rememberTruth(memo, node, &source, rows)
        let truths = memos[memo].truths
        for row in rows.rows { out[Int(row)] = truths[Int(row)] }
    }

    mutating func computeTruth<Source: FieldSource & ~Escapable>(
        _ node: Int, _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        switch step.operation {
        case .and, .or: logic(node, step, &source, rows, &out)
        case .not:
            truth(Int(step.operands[0]), &source, rows, &out)
            for row in rows.rows { out[Int(row)] = Truth.not(out[Int(row)]) }
        case .isTrue, .isFalse, .isUnknown:
            truth(Int(step.operands[0]), &source, rows, &out)
            let wanted: UInt8 =
                switch step.operation {
                case .isTrue: Truth.yes
                case .isFalse: Truth.no
                default: Truth.unknown
                }
            for row in rows.rows where out[Int(row)] < Truth.firstError {
                out[Int(row)] = Truth.of(out[Int(row)] == wanted)
            }
        case .isNull:
            let operand = operand(step.operands[0], &source, rows)
            for row in rows.rows {
                let cell = operand[Int(row)]
                out[Int(row)] =
                    cell.kind == .error ? Truth.error(cell) : Truth.of(cell.kind == .null)
            }
            give(operand)
        case .jsonExists: exists(step, &source, rows, &out)
        case .contains, .startsWith, .endsWith: search(step, &source, rows, &out)
        case .inSet, .like, .regex:
            let operand = operand(step.operands[0], &source, rows)
            do {
                let homes = textHomes(input: source.input)
                let index = Int(step.immediate)
                switch step.operation {
                case .inSet: program.member(index, operand, homes, rows, &out)
                case .like: program.like(program.tables.likes[index], operand, homes, rows, &out)
                default: program.regex(index, operand, homes, rows, &out)
                }
            }
            give(operand)
        default: pair(step, &source, rows, &out)
        }
    }

    /// Conditions of two values.
    private mutating func pair<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        let left = operand(step.operands[0], &source, rows)
        let right = operand(step.operands[1], &source, rows)
        program.pair(step, left, right, textHomes(input: source.input), rows, &out)
        give(left)
        give(right)
    }

    /// AND and OR: each term sees only the rows that no earlier one decided (§16).
    private mutating func logic<Source: FieldSource & ~Escapable>(
        _ node: Int, _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        let isAnd = step.operation == .and
        let neutral = isAnd ? Truth.yes : Truth.no
        for row in rows.rows { out[Int(row)] = neutral }
        var live = takeSelection()
        var terms = takeTruths(source.count)
        let order = Int(orderPlaces[node])
        // The first term sees all rows; copying them would cost as much as a cheap term.
        let first = order >= 0 ? orders[order].node(0) : Int(step.operands[0])
        truth(first, &source, rows, &terms)
        for row in rows.rows {
            let truth = terms[Int(row)]
            if truth != neutral { out[Int(row)] = truth }
            if truth == neutral || truth == Truth.unknown { live.append(row) }
        }
        if order >= 0 {
            orders[order].note(0, seen: rows.count, decided: rows.count - live.count)
        }
        for place in 1..<step.operands.count {
            if live.isEmpty { break }
            let before = live.count
            let term = order >= 0 ? orders[order].node(place) : Int(step.operands[place])
            truth(term, &source, live, &terms)
            live.keep { row in
                let truth = terms[row]
                if truth == neutral { return true }
                out[row] = truth
                return truth == Truth.unknown
            }
            if order >= 0 {
                orders[order].note(place, seen: before, decided: before - live.count)
            }
        }
        if order >= 0 { orders[order].endBatch() }
        give(terms)
        give(live)
    }

    // MARK: CONTAINS, STARTSWITH, ENDSWITH

    private mutating func search<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout [UInt8]
    ) {
        let text = operand(step.operands[0], &source, rows)
        let needle = operand(step.operands[1], &source, rows)
        let isJava = program.options.dialect == .rocketmq
        let isNegated = step.immediate == 1
        for row in rows.rows {
            let left = text[Int(row)]
            let right = needle[Int(row)]
            if left.kind == .json, step.operation == .contains, !isJava,
                right.kind != .error, right.kind != .null
            {
                out[Int(row)] = arrayContains(left, right, source.input)
                continue
            }
            let homes = textHomes(input: source.input)
            let truth = Self.search(step.operation, left, right, homes)
            // RocketMQ: what has no text, or an empty needle, is FALSE, negated or not (§10).
            if isJava, truth < Truth.firstError {
                out[Int(row)] =
                    truth == Truth.unknown || right.count == 0
                    ? Truth.no : isNegated ? Truth.not(truth) : truth
            } else {
                out[Int(row)] = truth
            }
        }
        give(text)
        give(needle)
    }

    private static func search(
        _ operation: Operation, _ left: Cell, _ right: Cell, _ homes: TextHomes
    ) -> UInt8 {
        if left.kind == .error { return Truth.error(left) }
        if right.kind == .error { return Truth.error(right) }
        guard left.kind == .string, right.kind == .string else { return Truth.unknown }
        let text = homes.text(left)
        let needle = homes.text(right)
        switch operation {
        case .contains: return Truth.of(TextSearch.contains(text, needle))
        case .startsWith: return Truth.of(TextSearch.starts(text, with: needle))
        default: return Truth.of(TextSearch.ends(text, with: needle))
        }
    }

    /// Whether an element of a JSON array equals the value; elements that cannot be compared are
    /// skipped.
    ///
    /// An object is no array: UNKNOWN.
    private mutating func arrayContains(_ array: Cell, _ wanted: Cell, _ input: RawSpan) -> UInt8 {
        let start = Int(array.bits)
        let count = Int(array.count)
        switch array.home {
        case .input:
            return arrayContains(array, input.slice(start, count: count), wanted, input)
        case .constants:
            let constants = program.tables.text
            return arrayContains(
                array, constants.rawSpan.slice(start, count: count), wanted, input)
        case .arena:
            // Elements with escapes are appended to the arena, which must not hold the array too.
            let copy = Array(arena[start..<start + count])
            return arrayContains(array, copy.rawSpan, wanted, input)
        }
    }

    private mutating func arrayContains(
        _ array: Cell, _ text: RawSpan, _ wanted: Cell, _ input: RawSpan
    ) -> UInt8 {
        guard text.byteCount > 0, text.byte(at: 0) == UInt8(ascii: "[") else {
            return Truth.unknown
        }
        var elements = JSONElements(text, start: Int(array.bits), home: array.home)
        let comparer = Comparer(.equal, program.options.dialect)
        while let element = elements.next(text, arena: &arena) {
            if comparer.truth(element, wanted, textHomes(input: input)) == Truth.yes {
                return Truth.yes
            }
        }
        return Truth.no
    }
}
