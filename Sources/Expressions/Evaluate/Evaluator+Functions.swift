import Bytes

/// Calls and REGEXP_EXTRACT.
extension Evaluator {
    mutating func call<Source: FieldSource & ~Escapable>(
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

    mutating func extract<Source: FieldSource & ~Escapable>(
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
}
