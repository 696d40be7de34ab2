import Bytes

/// How two values compare (EXPRESSIONS.md §4).
enum CellOrder: Sendable {
    case less
    case equal
    case greater
    /// Neither; there is no order.
    case different
    /// The types are unlike: UNKNOWN, in `jms` unequal.
    case unlike
    /// NULL, or text that is no number, truth value or timestamp: UNKNOWN.
    case unknown

    static func of<Value: Comparable>(_ left: Value, _ right: Value) -> CellOrder {
        left < right ? .less : left == right ? .equal : .greater
    }

    var reversed: CellOrder {
        switch self {
        case .less: .greater
        case .greater: .less
        default: self
        }
    }

    /// Compares by the rules of `sluice`; `isTyped` leaves out those that read text as something
    /// else, which are unlike in `jms`.
    static func compare(
        _ left: Cell, _ right: Cell, _ homes: TextHomes, isTyped: Bool = false
    ) -> CellOrder {
        switch (left.kind, right.kind) {
        case (.int, .int), (.timestamp, .timestamp), (.duration, .duration),
            (.timestamp, .int), (.int, .timestamp):
            return of(left.bits, right.bits)
        case (.double, .double): return doubles(left.doubleValue, right.doubleValue)
        case (.int, .double), (.timestamp, .double):
            return integer(left.bits, right.doubleValue)
        case (.double, .int), (.double, .timestamp):
            return integer(right.bits, left.doubleValue).reversed
        case (.string, .string), (.bytes, .bytes), (.string, .bytes), (.bytes, .string):
            return of(homes.text(left).compare(to: homes.text(right)), 0)
        case (.bool, .bool): return left.bits == right.bits ? .equal : .different
        case (.null, _), (_, .null): return .unknown
        case (.string, .int), (.string, .double), (.string, .bool), (.string, .timestamp):
            return isTyped ? .unlike : text(left, beside: right, homes)
        case (.int, .string), (.double, .string), (.bool, .string), (.timestamp, .string):
            return isTyped ? .unlike : text(right, beside: left, homes).reversed
        default: return .unlike
        }
    }

    /// Text read in the other value's type.
    private static func text(_ left: Cell, beside right: Cell, _ homes: TextHomes) -> CellOrder {
        let bytes = homes.text(left)
        switch right.kind {
        case .bool:
            guard let value = NumberText.bool(bytes) else { return .unknown }
            return value == (right.bits != 0) ? .equal : .different
        case .timestamp:
            guard let value = TimestampText.parse(bytes) else { return .unknown }
            return of(value, right.bits)
        default: return compare(NumberText.parse(bytes), right, homes)
        }
    }

    /// NaN equals itself and is above every number; -0.0 equals 0.0.
    static func doubles(_ left: Double, _ right: Double) -> CellOrder {
        if left < right { return .less }
        if left > right { return .greater }
        if left == right { return .equal }
        return left.isNaN ? (right.isNaN ? .equal : .greater) : .less
    }

    /// Exact: the integer is not rounded to a double.
    static func integer(_ left: Int64, _ right: Double) -> CellOrder {
        // -2^63 and 2^63, which doubles hold exactly.
        if right.isNaN || right >= 0x1p63 { return .less }
        if right < -0x1p63 { return .greater }
        let whole = right.rounded(.towardZero)
        let order = of(left, Int64(whole))
        return order == .equal ? doubles(whole, right) : order
    }
}
