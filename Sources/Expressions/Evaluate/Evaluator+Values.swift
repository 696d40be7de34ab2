import Bytes

/// Steps that give values.
extension Evaluator {
    /// Writes the results of a step to `out`, for the rows, without looking at its
    /// memo if it gives values.
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
            truth(node, &source, rows, &truths)
            for row in rows.rows { out[Int(row)] = Truth.cell(truths[Int(row)]) }
            give(truths)
        }
    }

    /// What a step computed is appended to the arena now that no cell is being read.
    mutating func finish(_ output: consuming TextOutput) {
        arena.append(contentsOf: output.bytes)
        output.bytes.removeAll(keepingCapacity: true)
        scratch = output.bytes
    }

    mutating func startOutput() -> TextOutput {
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
            var cells = out.cells.mutableSpan
            for row in rows.rows {
                let left = cells[Int(row)]
                let right = right[Int(row)]
                if concatenates, left.kind == .string {
                    // `jms`: plus concatenates when its left side is text (§8).
                    cells[Int(row)] = Self.joined(left, right, homes, into: &output)
                } else {
                    cells[Int(row)] = arithmetic.apply(operation, left, right, homes)
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
                || output.bytes.count - start > ExpressionLimits.computedByteCountMax
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
}
