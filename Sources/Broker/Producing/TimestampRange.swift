/// Times that a topic takes of its clients, beside the broker's clock; milliseconds.
struct TimestampRange: Sendable {
    /// What Kafka's clients write if a record has no time; it is always taken.
    static let none: Int64 = -1

    /// Most that a time may lie before the clock; `Int64.max` for no limit.
    let before: Int64
    /// Most that it may lie behind it.
    let after: Int64

    /// The first and the last time that are taken; they saturate.
    func bounds(at now: Int64) -> (earliest: Int64, latest: Int64) {
        let (difference, isBelow) = now.subtractingReportingOverflow(before)
        let (sum, isAbove) = now.addingReportingOverflow(after)
        let isUnlimited = before == .max || isBelow
        return (isUnlimited ? .min : difference, isAbove ? .max : sum)
    }

    /// Whether only a look at each record can tell.
    var looksBack: Bool { before != .max }
}
