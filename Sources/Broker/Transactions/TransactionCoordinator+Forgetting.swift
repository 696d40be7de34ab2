import CommitLog
import Platform
import Synchronization

/// Positions are forgotten also where they wait for a commit, which would bring them back.
///
/// As in Kafka (`OffsetMetadataManager.deleteAllOffsets`, `deleteOffsets`): the transaction goes on,
/// without them.
extension TransactionCoordinator {
    /// Lets `submit` offer a frame to the log that forgets positions of a group.
    ///
    /// `submit` gets what waits of the group, and must not wait. If it returns nil, the frame is on
    /// its way, and whoever learns that it is written, or failed, calls ``forgotten(_:)``: until
    /// then no transaction that has positions of the group is committed, since its frame would be
    /// made of what is there still and stand behind this one. One that is on its way already stands
    /// before it.
    func forget<Refusal>(
        _ group: String, _ submit: ([PendingPosition]) -> Refusal?
    ) -> Refusal? {
        forgetting.withLock { forgetting in
            let refusal = submit(pendingPositions(of: group))
            if refusal == nil { forgetting[group, default: 0] += 1 }
            return refusal
        }
    }

    /// The frame that ``forget(_:_:)`` has let through is written, or failed.
    func forgotten(_ group: String) {
        forgetting.withLock { forgetting in
            let left = forgetting[group, default: 1] - 1
            forgetting[group] = left == 0 ? nil : left
        }
    }

    /// Positions of a group that wait; O(of all groups in its transactions).
    func pendingPositions(of group: String) -> [PendingPosition] {
        let ids = directory.withLock { $0.groups[group] } ?? []
        return ids.sorted().flatMap { id in
            pendingPositions(prefix: StateKey.make(id, group))
        }
    }

    /// Positions on a stream that wait, whatever group they are of; O(all that wait).
    func pendingPositions(on stream: String) -> [PendingPosition] {
        pendingPositions(prefix: []).filter { $0.stream == stream }
    }

    private func pendingPositions(prefix: [UInt8]) -> [PendingPosition] {
        log.entries(table: StateTable.pendingOffsets.rawValue, prefix: prefix)
            .compactMap { PendingPosition(key: $0.key) }
    }
}

extension PendingPosition {
    /// Has it forgotten.
    var removal: FrameEntry { .remove(table: StateTable.pendingOffsets.rawValue, key: key) }

    /// Has all of a group forgotten that wait in the same transactions as these.
    static func removal(ofGroup group: String, _ positions: [Self]) -> [FrameEntry] {
        Set(positions.map(\.transactionalID)).sorted().map {
            .removePrefix(
                table: StateTable.pendingOffsets.rawValue, prefix: StateKey.make($0, group))
        }
    }
}
