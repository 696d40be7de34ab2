import Bytes

/// Comparisons as RocketMQ's filter makes them (EXPRESSIONS.md §5, §17).
enum JavaComparison {
    private static let failure = Truth.error(.evaluation)

    static func truth(
        _ comparer: Comparer, _ left: Cell, _ right: Cell, _ homes: TextHomes
    ) -> UInt8 {
        guard !comparer.isOrdering else { return ordering(comparer, left, right, homes) }
        let truth = equality(left, right, homes)
        return comparer.operation == .equal ? truth : Truth.not(truth)
    }

    /// Two NULLs are equal; a NULL on the left is UNKNOWN, on the right FALSE.
    private static func equality(_ left: Cell, _ right: Cell, _ homes: TextHomes) -> UInt8 {
        switch (left.kind, right.kind) {
        case (.null, .null): return Truth.yes
        case (.null, _): return Truth.unknown
        case (_, .null): return Truth.no
        case (.bool, .string): return failure
        case (.string, .bool):
            let value = NumberText.equalsIgnoringCase(homes.text(left), "true")
            return Truth.of(value == (right.bits != 0))
        case (.bool, .bool): return Truth.of(left.bits == right.bits)
        case (.bool, _), (_, .bool): return Truth.no
        default: break
        }
        switch order(left, right, homes) {
        case .equal: return Truth.yes
        case .less, .greater, .different: return Truth.no
        case .unlike, .unknown: return Truth.unknown
        case nil: return failure
        }
    }

    private static func ordering(
        _ comparer: Comparer, _ left: Cell, _ right: Cell, _ homes: TextHomes
    ) -> UInt8 {
        if left.kind == .null || right.kind == .null { return Truth.unknown }
        if left.kind == .bool || right.kind == .bool {
            return left.kind == .string || right.kind == .string ? failure : Truth.no
        }
        if left.kind == .string, right.kind == .string {
            guard let leftValue = JavaNumberText.double(homes.text(left)),
                let rightValue = JavaNumberText.double(homes.text(right))
            else { return failure }
            return comparer.truth(doubles(leftValue, rightValue))
        }
        return order(left, right, homes).map(comparer.truth) ?? failure
    }

    /// Text is read in the number's Java type; nil where that fails.
    private static func order(_ left: Cell, _ right: Cell, _ homes: TextHomes) -> CellOrder? {
        switch (left.kind, right.kind) {
        case (.string, .int), (.string, .double):
            guard let value = read(homes.text(left), as: right) else { return nil }
            return numbers(value, right)
        case (.int, .string), (.double, .string):
            guard let value = read(homes.text(right), as: left) else { return nil }
            return numbers(left, value)
        case (.int, .double), (.double, .int), (.double, .double): return numbers(left, right)
        default: return CellOrder.compare(left, right, homes)
        }
    }

    private static func read(_ text: RawSpan, as number: Cell) -> Cell? {
        guard number.kind == .int else { return JavaNumberText.double(text).map { .double($0) } }
        // A literal that fits is an Integer, and so must the property be.
        if Int32(exactly: number.bits) != nil {
            return JavaNumberText.int32(text).map { .int(Int64($0)) }
        }
        return JavaNumberText.int64(text).map { .int($0) }
    }

    /// Long beside Double is rounded to it, as Java does.
    private static func numbers(_ left: Cell, _ right: Cell) -> CellOrder {
        if left.kind == .int, right.kind == .int { return CellOrder.of(left.bits, right.bits) }
        let leftValue = left.kind == .int ? Double(left.bits) : left.doubleValue
        let rightValue = right.kind == .int ? Double(right.bits) : right.doubleValue
        return doubles(leftValue, rightValue)
    }

    /// `Double.compareTo`: NaN above all, -0.0 below 0.0.
    private static func doubles(_ left: Double, _ right: Double) -> CellOrder {
        let order = CellOrder.doubles(left, right)
        guard order == .equal, left == 0 else { return order }
        if left.sign == right.sign { return .equal }
        return left.sign == .minus ? .less : .greater
    }
}
