import Platform

/// Finds the partitions that wait for being sealed longer, or with more, than their options want.
///
/// One thread at a time.
final class WaitingPartitions {
    private let shared: LogShared
    private var sealing = EarlySealing()
    /// The end of the log at the last look, if nothing was waiting then.
    private var idleEnd: LogPosition?

    init(shared: LogShared) { self.shared = shared }

    /// The partitions to be sealed now; by ascending identities.
    ///
    /// O(partitions with bounds), and nothing while the log does not grow and none of them waits.
    func due() -> [PartitionID] {
        let (fileByteCount, idleEnd) = (shared.options.commitFileByteCount, idleEnd)
        let (waiting, end) = shared.withState { state -> ([EarlySealing.Waiting], LogPosition) in
            guard state.end != idleEnd else { return ([], state.end) }
            let waiting = state.bounded.compactMap { id -> EarlySealing.Waiting? in
                guard let partition = state.partitions[id] else { return nil }
                return partition.waiting(as: id, fileByteCount: fileByteCount)
            }
            return (waiting, state.end)
        }
        self.idleEnd = waiting.isEmpty ? end : nil
        return sealing.due(waiting.sorted { $0.id < $1.id }, now: shared.clock.monotonic)
    }

    /// See ``EarlySealing/performed(from:to:pause:)``.
    func performed(from start: MonotonicInstant, pause: Duration?) {
        sealing.performed(from: start, to: shared.clock.monotonic, pause: pause)
    }
}

extension PartitionState {
    /// What of the partition waits to be sealed, if its options bound that.
    ///
    /// Nil if nothing could be sealed: what waits for the end of a transaction stays. So sealing
    /// what this names always seals something, and is not tried again for nothing.
    fileprivate func waiting(as id: PartitionID, fileByteCount: Int64) -> EarlySealing.Waiting? {
        guard let first = recent.first,
            first.nextOffset <= recent.transactions.firstOpen ?? .max
        else { return nil }
        // A whole file's bytes are sealed without being asked for.
        let byteCountMax = options.segmentByteCount.flatMap { $0 < fileByteCount ? $0 : nil }
        let millisecondsMax = options.waitMillisecondsMax
        guard millisecondsMax != nil || byteCountMax != nil else { return nil }
        return EarlySealing.Waiting(
            id: id, first: first.position, byteCount: recent.byteCount,
            millisecondsMax: millisecondsMax, byteCountMax: byteCountMax)
    }
}
