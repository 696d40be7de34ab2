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
        guard let time, time >= -StreamLimits.eventTimeMax, time <= StreamLimits.eventTimeMax else {
            return nil
        }
        return time
    }
}
