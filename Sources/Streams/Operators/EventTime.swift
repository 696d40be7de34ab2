import Expressions

/// Reads a value as the time of an event.
enum EventTime {
    /// Milliseconds since the epoch: of an integer, a timestamp, a double without a fraction, or
    /// text of either form (EXPRESSIONS.md §3, `TIMESTAMP`); nil for anything else, and outside
    /// ``StreamLimits/eventTimeMax``.
    static func milliseconds(_ cell: Cell, _ homes: borrowing TextHomes) -> Int64? {
        let time: Int64?
        switch cell.kind {
        case .int, .timestamp: time = cell.bits
        case .double: time = Int64(exactly: cell.doubleValue)
        case .string:
            let text = homes.text(cell)
            time = NumberText.integer(text) ?? TimestampText.parse(text)
        case .null, .bool, .duration, .bytes, .json, .error: time = nil
        }
        return time.flatMap { isInRange($0) ? $0 : nil }
    }

    /// Whether a time counts, see ``StreamLimits/eventTimeMax``.
    static func isInRange(_ time: Int64) -> Bool {
        time >= -StreamLimits.eventTimeMax && time <= StreamLimits.eventTimeMax
    }
}
