import Bytes
import CommitLog
import Records

/// The one frame that makes a step of a transactional id durable, and everything that belongs to it
/// visible: markers, positions of groups, and what the coordinator knows.
struct TransactionFrame {
    let transactionalID: String
    let log: CommitLog

    private static let transactions = StateTable.transactions.rawValue
    private static let pending = StateTable.pendingOffsets.rawValue

    /// The changes of a step from `record`; `now` is the markers' time.
    func entries(
        of step: TransactionStep, from record: TransactionRecord?, now: Int64
    ) -> [FrameEntry] {
        var entries: [FrameEntry] = []
        if let ending = step.ending, let record {
            entries += markers(ending, in: record, now: now)
            if !record.groups.isEmpty {
                if ending.outcome == .commit { entries += positions() }
                entries.append(
                    .removePrefix(table: Self.pending, prefix: StateKey.make(transactionalID)))
            }
        }
        if step.next != record {
            entries.append(
                .put(
                    table: Self.transactions, key: StateKey.make(transactionalID),
                    value: step.next.encoded()))
        }
        return entries
    }

    /// Positions that wait for the commit.
    func pendingEntries(_ offsets: [TransactionOffset], of group: String) -> [FrameEntry] {
        offsets.map { offset in
            .put(
                table: Self.pending,
                key: StateKey.make(
                    transactionalID, group, offset.stream, "\(offset.partition)"),
                value: offset.position.encoded())
        }
    }

    /// Forgets the id.
    var removal: [FrameEntry] {
        [.remove(table: Self.transactions, key: StateKey.make(transactionalID))]
    }

    /// Bytes of the positions that wait.
    var pendingByteCount: Int {
        log.entries(table: Self.pending, prefix: StateKey.make(transactionalID))
            .reduce(0) { $0 + $1.key.count + $1.value.count }
    }

    /// Whether a position of a group waits.
    func hasPending(_ group: String, _ place: TopicPartition) -> Bool {
        let key = StateKey.make(transactionalID, group, place.topic, "\(place.partition)")
        return log.value(table: Self.pending, key: key) != nil
    }

    /// The markers of all partitions of the transaction, also of those without a record.
    ///
    /// Partitions of topics that were deleted have nothing to end.
    private func markers(
        _ ending: TransactionStep.Ending, in record: TransactionRecord, now: Int64
    ) -> [FrameEntry] {
        let marker = ending.outcome.batch(
            producerID: ending.producer.id, producerEpoch: ending.producer.epoch,
            coordinatorEpoch: 0, timestamp: now)
        return record.partitions.keys.sorted().filter { log.bounds($0) != nil }.map {
            .batches($0, marker)
        }
    }

    /// The positions that wait, as those of their groups; of streams that are gone none.
    private func positions() -> [FrameEntry] {
        var exists: [String: Bool] = [:]
        return log.entries(table: Self.pending, prefix: StateKey.make(transactionalID))
            .compactMap { entry in
                guard let position = PendingPosition(key: entry.key) else { return nil }
                let isThere = exists[position.stream] ?? hasStream(position.stream)
                exists[position.stream] = isThere
                guard isThere else { return nil }
                return .put(
                    table: StateTable.groupPositions.rawValue, key: position.committedKey,
                    value: entry.value)
            }
    }

    private func hasStream(_ name: String) -> Bool {
        [StateTable.topics, .subscriptions].contains {
            log.value(table: $0.rawValue, key: StateKey.make(name)) != nil
        }
    }
}
