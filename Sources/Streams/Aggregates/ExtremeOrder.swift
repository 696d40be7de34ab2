import Bytes
import Expressions

/// The language's order of two values (EXPRESSIONS.md §3, §4), for MIN and MAX.
enum ExtremeOrder {
    /// Negative, zero, positive; nil if the values have no order between them: MIN and MAX then
    /// keep what they have, as a comparison that is UNKNOWN selects nothing.
    static func compare(
        _ left: Cell, _ leftHomes: borrowing TextHomes, _ right: Cell,
        _ rightHomes: borrowing TextHomes
    ) -> Int? {
        switch (left.kind, right.kind) {
        case (.int, .int), (.timestamp, .timestamp), (.duration, .duration), (.int, .timestamp),
            (.timestamp, .int):
            return left.bits < right.bits ? -1 : left.bits > right.bits ? 1 : 0
        case (.double, .double): return compare(left.doubleValue, right.doubleValue)
        case (.int, .double): return compare(left.bits, right.doubleValue)
        case (.double, .int): return compare(right.bits, left.doubleValue).map { -$0 }
        case (.string, .string), (.bytes, .bytes), (.string, .bytes), (.bytes, .string):
            return leftHomes.text(left).compare(to: rightHomes.text(right))
        default: return nil
        }
    }

    /// NaN is equal to itself and above every number.
    private static func compare(_ left: Double, _ right: Double) -> Int {
        if left < right { return -1 }
        if left > right { return 1 }
        if left == right { return 0 }
        return left.isNaN ? (right.isNaN ? 0 : 1) : -1
    }

    /// Exact: the integer is not rounded.
    private static func compare(_ left: Int64, _ right: Double) -> Int? {
        if right.isNaN { return -1 }
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let rest = right - Double(whole)
        return rest > 0 ? -1 : rest < 0 ? 1 : 0
    }
}
