import Bytes
import CommitLog
package import Connectors
import Platform
package import Records
import Synchronization

/// Where a consumer group goes on in a partition.
package struct GroupPosition: Equatable, Sendable {
    /// The next offset to read.
    package let offset: RecordOffset
    /// When it was saved: milliseconds since 1970-01-01 UTC.
    package let savedAt: Int64
    /// The leader's epoch that the reader had seen; -1 if it did not say (KIP-320).
    package let leaderEpoch: Int32
    /// Words of the reader's own.
    package let metadata: String

    /// Of what is written; 1 had neither epoch nor metadata.
    private static let layoutVersion: UInt8 = 2

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.layoutVersion]
        bytes.append(littleEndian: offset.rawValue)
        bytes.append(littleEndian: savedAt)
        bytes.append(littleEndian: leaderEpoch)
        bytes.append(text: metadata)
        return bytes
    }

    package init(
        offset: RecordOffset, savedAt: Int64, leaderEpoch: Int32 = -1, metadata: String = ""
    ) {
        self.offset = offset
        self.savedAt = savedAt
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }

    /// Nil if the bytes are not such a position.
    init?(decoding bytes: [UInt8]) {
        var cursor = ByteCursor(bytes.rawSpan)
        guard let version = cursor.integer(UInt8.self), (1...Self.layoutVersion).contains(version),
            let offset = cursor.integer(Int64.self), let savedAt = cursor.integer(Int64.self),
            offset >= 0
        else { return nil }
        var (leaderEpoch, metadata) = (Int32(-1), "")
        if version >= 2 {
            guard let epoch = cursor.integer(Int32.self), let text = cursor.text() else {
                return nil
            }
            (leaderEpoch, metadata) = (epoch, text)
        }
        guard cursor.isAtEnd else { return nil }
        self.init(
            offset: RecordOffset(rawValue: offset), savedAt: savedAt, leaderEpoch: leaderEpoch,
            metadata: metadata)
    }
}

/// The positions of one consumer group on a topic or subscription: saved after the records were
/// handed over, so that each record is delivered at least once.
///
/// Positions are all that a group keeps: the state of a reading pipeline is only in which order it
/// takes the partitions, and a group promises no order between them.
package final class GroupProgress: ProgressStore {
    private let broker: any BrokerAccess
    private let group: String
    /// Topic or subscription, whichever the group reads.
    private let stream: String

    package init(_ broker: any BrokerAccess, group: String, stream: String) {
        self.broker = broker
        self.group = group
        self.stream = stream
    }

    package func load() throws -> CommittedProgress? {
        let positions = try broker.groupPositions(group, stream: stream)
        guard !positions.isEmpty else { return nil }
        var progress = CommittedProgress()
        for (partition, position) in positions {
            progress.positions[TopicPosition.split(partition)] =
                TopicPosition.encode(position.offset)
        }
        return progress
    }

    package func save(positions: [SplitName: SourcePosition], state: [StateChange]) throws {
        var offsets: [Int32: RecordOffset] = [:]
        for (split, position) in positions {
            guard let partition = Int32(split.text), let offset = TopicPosition.decode(position)
            else { preconditionFailure("a group saves positions of a topic's partitions") }
            offsets[partition] = offset
        }
        try broker.saveGroupPositions(group, stream: stream, offsets)
    }
}

extension Broker {
    /// The saved positions of a group, by partition.
    package func groupPositions(
        _ group: String, stream: String
    ) throws(BrokerError) -> [Int32: GroupPosition] {
        var positions: [Int32: GroupPosition] = [:]
        let prefix = StateKey.make(stream, group)
        for entry in log.entries(table: StateTable.groupPositions.rawValue, prefix: prefix) {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard cursor.text() == stream, cursor.text() == group,
                let partition = cursor.text().flatMap({ Int32($0) }),
                let position = GroupPosition(decoding: entry.value)
            else { throw .damagedState(table: "group", key: group) }
            positions[partition] = position
        }
        return positions
    }

    /// Saves positions of a group in one commit; durable on return.
    ///
    /// `counts` is what a subscription's versions have made of the records up to these positions
    /// since the last save. It is added to the totals in the same commit: after a crash both are
    /// there or neither. Commits that count for one subscription wait for each other.
    package func saveGroupPositions(
        _ group: String, stream: String, _ offsets: [Int32: RecordOffset],
        counts: [Int32: FilterCounts] = [:]
    ) throws(BrokerError) {
        guard !offsets.isEmpty else { return }
        let now = clock.wallMilliseconds
        let positions = offsets.sorted { $0.key < $1.key }.map { partition, offset in
            FrameEntry.put(
                table: StateTable.groupPositions.rawValue,
                key: StateKey.make(stream, group, "\(partition)"),
                value: GroupPosition(offset: offset, savedAt: now).encoded())
        }
        try groupCoordinator.whileCommitting(of: group) { () throws(BrokerError) in
            try save(positions, stream: stream, counts: counts)
        }
    }

    private func save(
        _ positions: [FrameEntry], stream: String, counts: [Int32: FilterCounts]
    ) throws(BrokerError) {
        guard counts.contains(where: { !$0.value.isEmpty }) else { return try append(positions) }
        let result = countGate(of: stream).lock.withLock { _ in
            Result { () throws(BrokerError) in
                try append(positions + countEntries(of: stream, adding: counts))
            }
        }
        try result.get()
    }
}
