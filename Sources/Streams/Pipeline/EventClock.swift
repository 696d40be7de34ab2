import Records

/// A job's watermark: never back, and per event, however rows are cut into batches (WINDOWS.md,
/// "Time and watermark").
struct EventClock {
    /// Milliseconds that the watermark stays behind the latest event.
    let delay: Int64
    private(set) var watermark = Int64.min

    init(delay: Int64) { self.delay = StreamLimits.duration(delay) }

    /// Goes on where a commit left it.
    mutating func restore(watermark: Int64) { self.watermark = watermark }

    /// Moves forward to the lowest of the inputs' watermarks.
    mutating func advance(to lowest: Int64) { watermark = max(watermark, lowest) }

    /// Runs through the rows of one split: writes the watermark before each of them.
    ///
    /// - Parameters:
    ///   - times: those of the rows, ``OperatorContext/noTime`` for none.
    ///   - own: the split's own watermark, moved on.
    ///   - others: the lowest watermark of the other splits that count.
    ///   - watermarks: replaced.
    mutating func run(
        _ times: [Int64], own: inout Int64, others: Int64, into watermarks: inout [Int64]
    ) {
        watermarks.removeAll(keepingCapacity: true)
        watermarks.reserveCapacity(times.count)
        var latest = own
        var current = max(watermark, min(own, others))
        for time in times {
            watermarks.append(current)
            guard time != OperatorContext.noTime else { continue }
            // No overflow: times and delays are within ``StreamLimits``.
            latest = max(latest, time - delay)
            current = max(current, min(latest, others))
        }
        own = latest
        watermark = current
    }
}
