import Platform

/// When partitions are sealed although the commit-log file that holds them is not full, because
/// their options bound how long or how much of them may wait.
///
/// Decides only. A bound is met late rather than at any price: sealings have a least distance, and
/// rest for a multiple of the time that the last one took, so that nobody's options can keep the
/// sealer busy.
struct EarlySealing {
    /// A partition with bounds that has something to be sealed.
    struct Waiting: Sendable, Equatable {
        let id: PartitionID
        /// Log position of its first batch that waits; with the next one time begins anew.
        let first: Int64
        let byteCount: Int64
        /// Milliseconds and bytes from which on it waits no longer; nil for no bound.
        let millisecondsMax: Int64?
        let byteCountMax: Int64?
    }
    private struct Seen {
        let first: Int64
        let since: MonotonicInstant
    }
    /// Since when partitions are known to wait, for those whose time is bounded.
    private var seen: [PartitionID: Seen] = [:]
    private var nextSealing: MonotonicInstant?

    /// Looks at what waits.
    ///
    /// - Parameters:
    ///   - waiting: all partitions that wait and have bounds, sealed or not since the last call.
    ///   - now: not before that of the last call.
    /// - Returns: the partitions to be sealed now, in the order of `waiting`.
    /// - Complexity: O(waiting).
    mutating func due(_ waiting: [Waiting], now: MonotonicInstant) -> [PartitionID] {
        var known: [PartitionID: Seen] = [:]
        var due: [PartitionID] = []
        for partition in waiting {
            var isDue = partition.byteCountMax.map { partition.byteCount >= $0 } ?? false
            if let most = partition.millisecondsMax {
                let before = seen[partition.id]
                let entry =
                    before?.first == partition.first
                    ? before : Seen(first: partition.first, since: now)
                known[partition.id] = entry
                let waited = (entry?.since ?? now).duration(to: now)
                isDue = isDue || waited.wholeNanoseconds / 1_000_000 >= most
            }
            if isDue { due.append(partition.id) }
        }
        seen = known
        if let nextSealing, now < nextSealing { return [] }
        return due
    }

    /// Takes note of a sealing, and the clean-up behind it, that went on from `start` to `end`.
    ///
    /// After a failure the next attempt waits for `pause`: what failed will probably fail again.
    mutating func performed(
        from start: MonotonicInstant, to end: MonotonicInstant, pause: Duration?
    ) {
        let rest = start.duration(to: end) * LogLimits.earlySealingRest
        let least = pause.map { max($0, LogLimits.earlySealingInterval) }
        nextSealing = end.advanced(by: max(rest, least ?? LogLimits.earlySealingInterval))
    }
}
