import Bytes

/// Loops over the rows of a batch for conditions of one value, or of two.
extension Program {
    // MARK: IN

    func member(
        _ index: Int, _ operand: Operand, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        let set = tables.sets[index]
        let missing = set.hasNull ? Truth.unknown : Truth.no
        for row in rows.rows {
            let cell = operand[Int(row)]
            switch cell.kind {
            case .string where set.isText, .bytes where set.isText:
                let found = set.contains(homes.text(cell), text: homes.constants)
                out[Int(row)] = found ? Truth.yes : missing
            case .int where !set.isText:
                out[Int(row)] = set.contains(cell.bits) ? Truth.yes : missing
            case .null: out[Int(row)] = Truth.unknown
            case .error: out[Int(row)] = Truth.error(cell)
            default: out[Int(row)] = member(set, cell, homes)
            }
        }
    }

    /// The value that no look-up decides, compared with the elements one by one.
    private func member(_ set: ConstantSet, _ cell: Cell, _ homes: TextHomes) -> UInt8 {
        // RocketMQ's IN knows text only (§17).
        guard options.dialect != .rocketmq else { return Truth.unknown }
        if !set.isText, options.dialect == .sluice || cell.kind == .double {
            let number = cell.kind == .string ? NumberText.parse(homes.text(cell)) : cell
            let missing = set.hasNull ? Truth.unknown : Truth.no
            switch number.kind {
            case .int: return set.contains(number.bits) ? Truth.yes : missing
            case .double where !number.doubleValue.isNaN:
                return set.contains(number.doubleValue) ? Truth.yes : missing
            default: break
            }
        }
        let comparer = Comparer(.equal, options.dialect)
        var result = set.hasNull ? Truth.unknown : Truth.no
        for element in set.elements {
            switch comparer.truth(cell, element, homes) {
            case Truth.yes: return Truth.yes
            case Truth.unknown: result = Truth.unknown
            default: break
            }
        }
        return result
    }

    // MARK: LIKE

    /// LIKE of a value that is no text (§7).
    private var noText: UInt8 { options.dialect == .jms ? Truth.no : Truth.unknown }

    func like(
        _ pattern: LikePattern, _ operand: Operand, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        for row in rows.rows {
            let cell = operand[Int(row)]
            switch cell.kind {
            case .string: out[Int(row)] = Truth.of(pattern.matches(homes.text(cell)))
            case .null: out[Int(row)] = Truth.unknown
            case .error: out[Int(row)] = Truth.error(cell)
            default: out[Int(row)] = noText
            }
        }
    }

    /// LIKE with a pattern from the record: read anew only when it differs from the row before.
    func like(
        _ options: LikeOptions, _ text: Operand, _ patterns: Operand, _ homes: TextHomes,
        _ rows: Selection, _ out: inout [UInt8]
    ) {
        var elements: [LikePattern.Element] = []
        var last = Cell.null
        var isValid = false
        for row in rows.rows {
            let cell = text[Int(row)]
            let pattern = patterns[Int(row)]
            if cell.kind == .error || pattern.kind == .error {
                out[Int(row)] = Truth.error(cell.kind == .error ? cell : pattern)
                continue
            }
            guard cell.kind != .null, pattern.kind == .string else {
                out[Int(row)] = Truth.unknown
                continue
            }
            let bytes = homes.text(pattern)
            if last.kind == .null || !homes.text(last).isEqual(to: bytes) {
                elements.removeAll(keepingCapacity: true)
                last = pattern
                isValid =
                    UTF8Text.codePointCount(bytes) <= ExpressionLimits.likeCodePointsMax
                    && LikePattern.parse(bytes, options: options, into: &elements)
            }
            guard isValid else {
                out[Int(row)] = Truth.error(.pattern)
                continue
            }
            guard cell.kind == .string else {
                out[Int(row)] = noText
                continue
            }
            let matches = LikePattern.matches(
                homes.text(cell), elements, isCaseless: options.isCaseless)
            out[Int(row)] = Truth.of(matches)
        }
    }

    // MARK: Regular expressions

    func regex(
        _ index: Int, _ operand: Operand, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        var matcher = RegexMatcher(tables.regexes[index])
        for row in rows.rows {
            let cell = operand[Int(row)]
            switch cell.kind {
            case .string, .bytes:
                switch matcher.search(homes.text(cell)) {
                case .match: out[Int(row)] = Truth.yes
                case .noMatch: out[Int(row)] = Truth.no
                case .limitExceeded: out[Int(row)] = Truth.error(.regexLimit)
                }
            case .error: out[Int(row)] = Truth.error(cell)
            default: out[Int(row)] = Truth.unknown
            }
        }
    }

    // MARK: Comparisons

    /// A condition of two values.
    func pair(
        _ step: Node, _ left: Operand, _ right: Operand, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        switch step.operation {
        case .likeComputed:
            like(tables.likeOptions[Int(step.immediate)], left, right, homes, rows, &out)
        case .notDistinct: notDistinct(left, right, homes, rows, &out)
        default:
            let comparer = Comparer(step.operation, options.dialect)
            guard !right.isConstant || options.dialect == .rocketmq else {
                comparer.compare(left, constant: right.constant, homes, rows, &out)
                return
            }
            for row in rows.rows {
                out[Int(row)] = comparer.truth(left[Int(row)], right[Int(row)], homes)
            }
        }
    }

    /// IS NOT DISTINCT FROM: both NULL, or equal; never UNKNOWN.
    func notDistinct(
        _ left: Operand, _ right: Operand, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        let comparer = Comparer(.equal, options.dialect)
        for row in rows.rows {
            let leftCell = left[Int(row)]
            let rightCell = right[Int(row)]
            if leftCell.kind == .null || rightCell.kind == .null {
                let error = leftCell.kind == .error ? leftCell : rightCell
                out[Int(row)] =
                    error.kind == .error
                    ? Truth.error(error) : Truth.of(leftCell.kind == rightCell.kind)
                continue
            }
            let truth = comparer.truth(leftCell, rightCell, homes)
            out[Int(row)] = truth == Truth.unknown ? Truth.no : truth
        }
    }
}

extension Comparer {
    /// Compares a column with a constant: the loops that most filters consist of.
    func compare(
        _ operand: Operand, constant: Cell, _ homes: TextHomes, _ rows: Selection,
        _ out: inout [UInt8]
    ) {
        switch constant.kind {
        case .int:
            let wanted = constant.bits
            // Spans: no check for a shared array at each of the writes.
            let cells = operand.column.cells.span
            var out = out.mutableSpan
            for row in rows.rows {
                let cell = operand.isConstant ? operand.constant : cells[Int(row)]
                guard cell.kind == .int else {
                    out[Int(row)] = truth(cell, constant, homes)
                    continue
                }
                out[Int(row)] = cell.bits < wanted ? less : cell.bits == wanted ? equal : greater
            }
        case .double where !constant.doubleValue.isNaN:
            let wanted = constant.doubleValue
            let cells = operand.column.cells.span
            var out = out.mutableSpan
            for row in rows.rows {
                let cell = operand.isConstant ? operand.constant : cells[Int(row)]
                guard cell.kind == .double, !cell.doubleValue.isNaN else {
                    out[Int(row)] = truth(cell, constant, homes)
                    continue
                }
                let value = cell.doubleValue
                out[Int(row)] = value < wanted ? less : value == wanted ? equal : greater
            }
        case .string where !isOrdering:
            let wanted = homes.text(constant)
            let cells = operand.column.cells.span
            var out = out.mutableSpan
            for row in rows.rows {
                let cell = operand.isConstant ? operand.constant : cells[Int(row)]
                guard cell.kind == .string else {
                    out[Int(row)] = truth(cell, constant, homes)
                    continue
                }
                let isEqual = cell.count == constant.count && homes.text(cell).isEqual(to: wanted)
                out[Int(row)] = isEqual ? equal : less
            }
        default:
            for row in rows.rows { out[Int(row)] = truth(operand[Int(row)], constant, homes) }
        }
    }
}
