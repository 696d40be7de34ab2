import Bytes

/// Scalars as text, as `||` makes them (EXPRESSIONS.md §4).
enum TextConversion {
    /// Appends the text of a cell; false if its type has none.
    static func append(_ cell: Cell, _ homes: TextHomes, to bytes: inout [UInt8]) -> Bool {
        switch cell.kind {
        case .string: bytes.append(copying: homes.text(cell))
        case .int: ScalarText.append(cell.bits, to: &bytes)
        case .double: ScalarText.append(cell.doubleValue, to: &bytes)
        case .bool: ScalarText.append(cell.bits != 0, to: &bytes)
        case .timestamp: TimestampText.append(cell.bits, to: &bytes)
        case .null, .error, .duration, .bytes, .json: return false
        }
        return true
    }
}
