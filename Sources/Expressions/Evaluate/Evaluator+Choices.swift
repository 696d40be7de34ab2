import Bytes

/// CASE and COALESCE, which compute a branch only for the rows that take it.
extension Evaluator {
    /// CASE: each branch sees only the rows that no earlier one took.
    mutating func conditional<Source: FieldSource & ~Escapable>(
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

    mutating func coalesce<Source: FieldSource & ~Escapable>(
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
}
