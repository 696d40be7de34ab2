import Bytes

/// Steps that give values.
extension Evaluator {
    /// Writes the results of a step to `out`, for the rows, without looking at its memo.
    mutating func compute<Source: FieldSource & ~Escapable>(
        _ node: Int, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        let step = program.nodes[node]
        switch step.operation {
        case .constant, .field, .now: value(node, &source, rows, &out)
        case .add, .subtract, .multiply, .divide, .remainder:
            arithmetic(node, &source, rows, &out)
        case .negate, .positive, .widen, .cast, .jsonValue, .jsonPath, .jsonLength:
            let operand = operand(step.operands[0], &source, rows)
            single(step, operand, source.input, rows, &out)
            give(operand)
        case .concatenate, .greatest, .least:
            var operands: [Operand] = []
            for node in step.operands { operands.append(operand(node, &source, rows)) }
            several(step.operation, operands, source.input, rows, &out)
            for operand in operands { give(operand) }
        case .conditional: conditional(step, &source, rows, &out)
        case .coalesce: coalesce(step, &source, rows, &out)
        case .function: call(step, &source, rows, &out)
        case .regexExtract: extract(step, &source, rows, &out)
        default:
            var truths = takeTruths(source.count)
            computeTruth(step, &source, rows, &truths)
            for row in rows.rows { out[Int(row)] = Truth.cell(truths[Int(row)]) }
            give(truths)
        }
    }

    /// What a step computed is appended to the arena now that no cell is being read.
    private mutating func finish(_ output: consuming TextOutput) {
        arena.append(contentsOf: output.bytes)
        output.bytes.removeAll(keepingCapacity: true)
        scratch = output.bytes
    }

    private mutating func startOutput() -> TextOutput {
        var bytes: [UInt8] = []
        swap(&bytes, &scratch)
        return TextOutput(bytes: bytes, base: arena.count)
    }

    // MARK: Arithmetic

    /// A chain of operators is taken from the left in a loop, whatever its length.
    private mutating func arithmetic<Source: FieldSource & ~Escapable>(
        _ node: Int, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        var chain: [Int] = [node]
        var left = Int(program.nodes[node].operands[0])
        while program.nodes[left].operation.isArithmetic, program.memos[left] < 0 {
            chain.append(left)
            left = Int(program.nodes[left].operands[0])
        }
        value(left, &source, rows, &out)
        for node in chain.reversed() {
            let step = program.nodes[node]
            let right = operand(step.operands[1], &source, rows)
            combine(step.operation, right, source.input, rows, &out)
            give(right)
        }
    }

    private mutating func combine(
        _ operation: Operation, _ right: Operand, _ input: RawSpan, _ rows: Selection,
        _ out: inout CellColumn
    ) {
        var arithmetic = Arithmetic(program.options.dialect)
        var output = startOutput()
        do {
            let homes = textHomes(input: input)
            let concatenates = program.options.dialect == .jms && operation == .add
            for row in rows.rows {
                let left = out[Int(row)]
                if concatenates, left.kind == .string {
                    // `jms`: plus concatenates when its left side is text (§8).
                    out[Int(row)] = Self.joined(left, right[Int(row)], homes, into: &output)
                } else {
                    out[Int(row)] = arithmetic.apply(operation, left, right[Int(row)], homes)
                }
            }
        }
        counters.undefinedArithmetic &+= arithmetic.undefinedCount
        finish(output)
    }

    private static func joined(
        _ left: Cell, _ right: Cell, _ homes: TextHomes, into output: inout TextOutput
    ) -> Cell {
        if right.kind == .error { return right }
        let start = output.bytes.count
        guard TextConversion.append(left, homes, to: &output.bytes),
            TextConversion.append(right, homes, to: &output.bytes)
        else {
            output.bytes.removeSubrange(start...)
            return .null
        }
        return output.cell(from: start)
    }

    // MARK: Steps of one value

    private mutating func single(
        _ step: Node, _ operand: Operand, _ input: RawSpan, _ rows: Selection,
        _ out: inout CellColumn
    ) {
        switch step.operation {
        case .jsonValue, .jsonPath:
            let allowsContainers = step.operation == .jsonPath
            for row in rows.rows {
                out[Int(row)] = json(
                    operand[Int(row)], Int(step.immediate), input,
                    allowsContainers: allowsContainers)
            }
            return
        case .jsonLength:
            for row in rows.rows {
                let cell = json(
                    operand[Int(row)], Int(step.immediate), input, allowsContainers: true)
                out[Int(row)] = length(cell, input)
            }
            return
        default: break
        }
        var arithmetic = Arithmetic(program.options.dialect)
        var output = startOutput()
        do {
            let homes = textHomes(input: input)
            let target = ValueType.allCases[Int(step.immediate) / 2]
            let failure = step.immediate & 1 == 1 ? Cell.null : Cell.error(.cast)
            for row in rows.rows {
                let cell = operand[Int(row)]
                switch step.operation {
                case .negate: out[Int(row)] = arithmetic.negate(cell, homes)
                case .positive:
                    out[Int(row)] = cell.kind == .duration ? cell : arithmetic.number(cell, homes)
                case .widen:
                    out[Int(row)] = cell.kind == .int ? .double(Double(cell.bits)) : cell
                default:
                    out[Int(row)] = Casting.cast(cell, to: target, homes, into: &output) ?? failure
                }
            }
        }
        counters.undefinedArithmetic &+= arithmetic.undefinedCount
        finish(output)
    }

    // MARK: Steps of several values

    private mutating func several(
        _ operation: Operation, _ operands: [Operand], _ input: RawSpan, _ rows: Selection,
        _ out: inout CellColumn
    ) {
        var output = startOutput()
        do {
            let homes = textHomes(input: input)
            for row in rows.rows {
                out[Int(row)] =
                    operation == .concatenate
                    ? Self.concatenation(operands, Int(row), homes, into: &output)
                    : Self.extreme(operands, Int(row), homes, isGreatest: operation == .greatest)
            }
        }
        finish(output)
    }

    private static func concatenation(
        _ operands: [Operand], _ row: Int, _ homes: TextHomes, into output: inout TextOutput
    ) -> Cell {
        let start = output.bytes.count
        var isNull = false
        for operand in operands {
            let cell = operand[row]
            if cell.kind == .error {
                output.bytes.removeSubrange(start...)
                return cell
            }
            isNull =
                isNull || !TextConversion.append(cell, homes, to: &output.bytes)
                || output.bytes.count - start > ExpressionLimits.computedBytesMax
            if isNull { output.bytes.removeSubrange(start...) }
        }
        return isNull ? .null : output.cell(from: start)
    }

    /// GREATEST and LEAST: NULL if any is NULL, or if two cannot be compared.
    private static func extreme(
        _ operands: [Operand], _ row: Int, _ homes: TextHomes, isGreatest: Bool
    ) -> Cell {
        var best = operands[0][row]
        var isNull = best.kind == .null
        if best.kind == .error { return best }
        for operand in operands.dropFirst() {
            let cell = operand[row]
            if cell.kind == .error { return cell }
            guard !isNull else { continue }
            switch CellOrder.compare(cell, best, homes) {
            case .less: if !isGreatest { best = cell }
            case .greater: if isGreatest { best = cell }
            case .equal: break
            case .different, .unlike, .unknown: isNull = true
            }
        }
        return isNull ? .null : best
    }

    // MARK: Lazy choices

    /// CASE: each branch sees only the rows that no earlier one took.
    private mutating func conditional<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        var rest = takeSelection()
        for row in rows.rows { rest.append(row) }
        var taken = takeSelection()
        var truths = takeTruths(source.count)
        var index = 0
        while index + 1 < step.operands.count, !rest.isEmpty {
            truth(Int(step.operands[index]), &source, rest, &truths)
            taken.removeAll()
            rest.keep { row in
                let truth = truths[row]
                if truth == Truth.yes { taken.append(Int32(row)) }
                if truth >= Truth.firstError { out[row] = Truth.cell(truth) }
                return truth == Truth.no || truth == Truth.unknown
            }
            if !taken.isEmpty { value(Int(step.operands[index + 1]), &source, taken, &out) }
            index += 2
        }
        if index < step.operands.count, !rest.isEmpty {
            value(Int(step.operands[index]), &source, rest, &out)
        } else {
            for row in rest.rows { out[Int(row)] = .null }
        }
        give(truths)
        give(taken)
        give(rest)
    }

    private mutating func coalesce<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        var rest = takeSelection()
        for row in rows.rows { rest.append(row) }
        for node in step.operands where !rest.isEmpty {
            value(Int(node), &source, rest, &out)
            rest.keep { out[$0].kind == .null }
        }
        give(rest)
    }

    // MARK: Functions

    private mutating func call<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        let null = Operand(constant: .null)
        let count = step.operands.count
        let first = operand(step.operands[0], &source, rows)
        let second = count > 1 ? operand(step.operands[1], &source, rows) : null
        let third = count > 2 ? operand(step.operands[2], &source, rows) : null
        guard let function = ScalarFunction(rawValue: step.immediate) else { return }
        var arithmetic = Arithmetic(program.options.dialect)
        var output = startOutput()
        do {
            let homes = textHomes(input: source.input)
            for row in rows.rows {
                let arguments = ScalarArguments(
                    first: first[Int(row)], second: second[Int(row)], third: third[Int(row)],
                    count: count)
                out[Int(row)] = function.evaluate(arguments, homes, &arithmetic, into: &output)
            }
        }
        counters.undefinedArithmetic &+= arithmetic.undefinedCount
        finish(output)
        give(first)
        give(second)
        give(third)
    }

    private mutating func extract<Source: FieldSource & ~Escapable>(
        _ step: Node, _ source: inout Source, _ rows: Selection, _ out: inout CellColumn
    ) {
        let subject = operand(step.operands[0], &source, rows)
        let group =
            step.operands.count > 1
            ? operand(step.operands[1], &source, rows) : Operand(constant: .int(0))
        do {
            let homes = textHomes(input: source.input)
            var matcher = RegexMatcher(program.tables.regexes[Int(step.immediate)])
            for row in rows.rows {
                out[Int(row)] = Self.part(
                    subject[Int(row)], group[Int(row)], homes, &matcher)
            }
        }
        give(subject)
        give(group)
    }

    private static func part(
        _ subject: Cell, _ group: Cell, _ homes: TextHomes, _ matcher: inout RegexMatcher
    ) -> Cell {
        if subject.kind == .error { return subject }
        if group.kind == .error { return group }
        guard subject.kind == .string || subject.kind == .bytes else { return .null }
        let text = homes.text(subject)
        switch matcher.search(text) {
        case .limitExceeded: return .error(.regexLimit)
        case .noMatch: return .null
        case .match: break
        }
        // Numbers that no group can have are as good as one that took no part.
        guard group.kind == .int, let index = Int32(exactly: group.bits),
            let span = matcher.span(ofGroup: Int(index))
        else { return .null }
        var part = subject
        part.bits += Int64(span.lowerBound)
        part.count = UInt32(span.count)
        // In UTF mode nothing crosses an invalid byte, so a match is text.
        part.kind = UTF8Text.isValid(homes.text(part)) ? .string : .bytes
        return part
    }

    // MARK: JSON

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
    private mutating func json(
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
    private mutating func length(_ cell: Cell, _ input: RawSpan) -> Cell {
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

extension Operation {
    /// Whether it is one of `+ - * / %`.
    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder: true
        default: false
        }
    }
}
