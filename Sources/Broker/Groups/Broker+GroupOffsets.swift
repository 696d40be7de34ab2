import Bytes
import CommitLog
import Platform
package import Records

/// A position that a group keeps, as a client sends it.
package struct OffsetToKeep: Sendable {
    /// Topic or subscription.
    package let stream: String
    package let partition: Int32
    package let offset: RecordOffset
    package let leaderEpoch: Int32
    package let metadata: String

    package init(
        stream: String, partition: Int32, offset: RecordOffset, leaderEpoch: Int32,
        metadata: String
    ) {
        self.stream = stream
        self.partition = partition
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

extension Broker {
    /// Keeps positions of a group in one frame; durable on return.
    package func keepOffsets(_ offsets: [OffsetToKeep], of group: String) throws(BrokerError) {
        guard !offsets.isEmpty else { return }
        let now = clock.wallMilliseconds
        try append(
            offsets.map {
                .put(
                    table: StateTable.groupPositions.rawValue,
                    key: StateKey.make($0.stream, group, "\($0.partition)"),
                    value: GroupPosition(
                        offset: $0.offset, savedAt: now, leaderEpoch: $0.leaderEpoch,
                        metadata: $0.metadata
                    ).encoded())
            })
    }

    /// The position that a group keeps on a partition; nil if it keeps none.
    package func keptOffset(
        of group: String, stream: String, partition: Int32
    ) throws(BrokerError) -> GroupPosition? {
        let key = StateKey.make(stream, group, "\(partition)")
        guard let value = log.value(table: StateTable.groupPositions.rawValue, key: key) else {
            return nil
        }
        guard let position = GroupPosition(decoding: value) else {
            throw .damagedState(table: "group", key: group)
        }
        return position
    }

    /// Forgets positions of a group; durable on return.
    package func forgetOffsets(
        _ partitions: [(stream: String, partition: Int32)], of group: String
    ) throws(BrokerError) {
        guard !partitions.isEmpty else { return }
        try append(
            partitions.map {
                .remove(
                    table: StateTable.groupPositions.rawValue,
                    key: StateKey.make($0.stream, group, "\($0.partition)"))
            })
    }

    /// Forgets all positions of a group, if it has any; durable on return.
    ///
    /// - Returns: whether it had some.
    package func forgetGroup(_ group: String) throws(BrokerError) -> Bool {
        let streams = try groups().filter { $0.group == group }.map(\.stream)
        guard !streams.isEmpty else { return false }
        try append(
            streams.map {
                .removePrefix(
                    table: StateTable.groupPositions.rawValue, prefix: StateKey.make($0, group))
            })
        return true
    }

    /// Forgets positions that were not saved again for `offsetsRetention`, of groups that have had no
    /// members for as long.
    ///
    /// - Returns: how many.
    package func expireOffsets(_ coordinator: GroupCoordinator) throws(BrokerError) -> Int {
        let retention = coordinator.settings.offsetsRetention
        let limit = clock.wallMilliseconds - retention.wholeNanoseconds / 1_000_000
        var expired: [FrameEntry] = []
        for group in try groups() where coordinator.isEmpty(group.group) {
            if let since = coordinator.emptySince(group.group),
                since.duration(to: clock.monotonic) < retention
            {
                continue
            }
            for (partition, position) in group.positions where position.savedAt < limit {
                expired.append(
                    .remove(
                        table: StateTable.groupPositions.rawValue,
                        key: StateKey.make(group.stream, group.group, "\(partition)")))
            }
        }
        if !expired.isEmpty { try append(expired) }
        return expired.count
    }
}
