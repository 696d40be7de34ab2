/// Arithmetic that never fails: what is undefined is NULL (EXPRESSIONS.md §8).
struct Arithmetic {
    let dialect: Dialect
    /// How many results became NULL by overflow, division by zero and the like.
    var undefinedCount = 0

    init(_ dialect: Dialect) { self.dialect = dialect }

    mutating func apply(
        _ operation: Operation, _ left: Cell, _ right: Cell, _ homes: TextHomes
    ) -> Cell {
        if left.kind == .error { return left }
        if right.kind == .error { return right }
        if left.kind == .int, right.kind == .int {
            return integers(operation, left.bits, right.bits)
        }
        guard left.kind != .null, right.kind != .null else { return .null }
        if isTime(left) || isTime(right) { return time(operation, left, right) }
        let left = number(left, homes)
        let right = number(right, homes)
        switch (left.kind, right.kind) {
        case (.int, .int): return integers(operation, left.bits, right.bits)
        case (.int, .double): return doubles(operation, Double(left.bits), right.doubleValue)
        case (.double, .int): return doubles(operation, left.doubleValue, Double(right.bits))
        case (.double, .double): return doubles(operation, left.doubleValue, right.doubleValue)
        default: return .null
        }
    }

    /// A number, or numeric text as one; NULL for anything else.
    func number(_ cell: Cell, _ homes: TextHomes) -> Cell {
        switch cell.kind {
        case .int, .double, .error: return cell
        // `jms` never reads text as a number.
        case .string: return dialect == .jms ? .null : NumberText.parse(homes.text(cell))
        default: return .null
        }
    }

    mutating func negate(_ cell: Cell, _ homes: TextHomes) -> Cell {
        if cell.kind == .duration { return signed(cell.bits, as: .duration) }
        if dialect == .rocketmq, cell.kind == .string { return .null }
        let value = number(cell, homes)
        switch value.kind {
        case .int: return signed(value.bits, as: .int)
        case .double: return checked(-value.doubleValue, fromFinite: false)
        default: return value
        }
    }

    private mutating func signed(_ bits: Int64, as kind: CellKind) -> Cell {
        let (value, overflow) = (0 as Int64).subtractingReportingOverflow(bits)
        return overflow ? undefined() : Cell(kind: kind, bits: value)
    }

    mutating func undefined() -> Cell {
        undefinedCount &+= 1
        return .null
    }

    // MARK: Integers

    private mutating func integers(_ operation: Operation, _ left: Int64, _ right: Int64) -> Cell {
        let result: (partialValue: Int64, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { return undefined() }
            if dialect == .jms { return doubles(.divide, Double(left), Double(right)) }
            result = left.dividedReportingOverflow(by: right)
        default:
            guard right != 0 else { return undefined() }
            // Of the minimum by -1 the processor's division overflows; the remainder is 0.
            return .int(right == -1 ? 0 : left % right)
        }
        return result.overflow ? undefined() : .int(result.partialValue)
    }

    // MARK: Doubles

    private mutating func doubles(_ operation: Operation, _ left: Double, _ right: Double) -> Cell {
        let result: Double
        switch operation {
        case .add: result = left + right
        case .subtract: result = left - right
        case .multiply: result = left * right
        case .divide:
            guard right != 0 else { return undefined() }
            result = left / right
        default:
            guard right != 0 else { return undefined() }
            result = left.truncatingRemainder(dividingBy: right)
        }
        return checked(result, fromFinite: left.isFinite && right.isFinite)
    }

    /// NaN is undefined, and so is what finite operands made infinite.
    mutating func checked(_ result: Double, fromFinite: Bool) -> Cell {
        if result.isNaN || fromFinite && result.isInfinite { return undefined() }
        return .double(result)
    }

    // MARK: Time

    private func isTime(_ cell: Cell) -> Bool { cell.kind == .timestamp || cell.kind == .duration }

    private mutating func time(_ operation: Operation, _ left: Cell, _ right: Cell) -> Cell {
        let kind: CellKind
        switch (left.kind, operation, right.kind) {
        case (.timestamp, .add, .duration), (.timestamp, .subtract, .duration),
            (.duration, .add, .timestamp):
            kind = .timestamp
        case (.timestamp, .subtract, .timestamp), (.duration, .add, .duration),
            (.duration, .subtract, .duration):
            kind = .duration
        default: return .null
        }
        let result =
            operation == .add
            ? left.bits.addingReportingOverflow(right.bits)
            : left.bits.subtractingReportingOverflow(right.bits)
        return result.overflow ? undefined() : Cell(kind: kind, bits: result.partialValue)
    }
}
