import Bytes
import CommitLog
import Platform
import Records
import Synchronization

/// Groups and their positions, as Kafka's clients ask for them; nothing here waits unless it says so.
///
/// Answers are called once: refusals before the call returns, the others on the log's writer's
/// thread, which must not be kept waiting, once the change is durable.
extension Broker {
    /// Keeps positions of a group, in one frame.
    ///
    /// - Parameters:
    ///   - offsets: each is kept or refused by itself.
    ///   - group: may be empty, for programs that have no group and keep positions all the same.
    ///   - member: empty, with generation -1, for programs that assign partitions themselves.
    ///   - generation: of the member; its epoch in a group of the consumer protocol.
    ///   - knowsEpochs: whether the caller can mean an epoch.
    ///   - answer: with what became of each, in order.
    package func commitOffsets(
        _ offsets: [OffsetToKeep], of group: String, by member: MemberIdentity,
        generation: Int32, knowsEpochs: Bool = true,
        answer: @escaping @Sendable ([GroupError?]) -> Void
    ) {
        if let refusal = Self.refusalOfLength(group) {
            return answer(offsets.map { _ in refusal })
        }
        // In the log before the positions: whoever goes on behind them has it counted.
        do throws(AppendError) {
            guard try flushSettled(of: Set(offsets.map(\.stream))) else {
                return answer(offsets.map { _ in .busy })
            }
        } catch {
            return answer(offsets.map { _ in .storage(error) })
        }
        let refusals = refusals(of: offsets)
        let now = clock.wallMilliseconds
        let entries = zip(offsets, refusals).compactMap { offset, refusal in
            refusal == nil ? Self.entry(of: offset, group, now) : nil
        }
        groupCoordinator.commit(
            entries, of: group, by: member, generation: generation, knowsEpochs: knowsEpochs
        ) { error in
            answer(refusals.map { error ?? $0 })
        }
    }

    /// Whether a member may commit positions with a transaction (KIP-447).
    package func checkTransactionalCommit(
        of group: String, by member: MemberIdentity, generation: Int32
    ) throws(GroupError) {
        try GroupCoordinator.check(group)
        try groupCoordinator.checkCommit(group, member, generation, isTransactional: true)
    }

    /// Why positions cannot be kept, whoever wants to; nil for each that can.
    package func refusals(of offsets: [OffsetToKeep]) -> [GroupError?] {
        var topics: [String: ReadableTopic] = [:]
        for name in Set(offsets.map(\.stream)) { topics[name] = readableTopic(name) }
        let limit = BrokerLimits.offsetMetadataByteCountMax
        return offsets.map { offset in
            let length = offset.metadata.utf8.count
            if topics[offset.stream]?.partition(offset.partition) == nil {
                return .unknownPartition
            } else if length > limit {
                return .metadataTooLarge(byteCount: length, limit: limit)
            }
            return offset.offset < .zero ? .invalidOffset(offset.offset.rawValue) : nil
        }
    }

    /// Whether a member may be told of its group's positions; who is no member always may.
    package func checkFetch(
        of group: String, memberID: String?, epoch: Int32
    ) throws(GroupError) {
        try groupCoordinator.checkFetch(group, memberID: memberID, epoch: epoch)
    }

    /// The position that a group keeps on a partition; nil if it keeps none.
    ///
    /// - Throws: `.unstable` if it waits for the end of a transaction and `isStable` is wanted.
    package func keptOffset(
        of group: String, stream: String, partition: Int32, isStable: Bool = false
    ) throws(GroupError) -> GroupPosition? {
        if isStable, hasPendingOffset(of: group, stream: stream, partition: partition) {
            throw .unstable
        }
        let key = StateKey.make(stream, group, "\(partition)")
        guard let value = log.value(table: StateTable.groupPositions.rawValue, key: key) else {
            return nil
        }
        guard let position = GroupPosition(decoding: value) else { throw .damagedState }
        return position
    }

    /// All positions that a group keeps on what can be read, by name and partition; O(topics).
    package func keptOffsets(
        of group: String
    ) throws(GroupError) -> [(stream: String, positions: [Int32: GroupPosition])] {
        var kept: [(String, [Int32: GroupPosition])] = []
        for topic in readableTopics() {
            let positions: [Int32: GroupPosition]
            do throws(BrokerError) {
                positions = try groupPositions(group, stream: topic.name)
            } catch {
                throw .damagedState
            }
            if !positions.isEmpty { kept.append((topic.name, positions)) }
        }
        return kept
    }

    /// Forgets positions of a group on partitions that no member reads, also those that an open
    /// transaction would commit.
    ///
    /// `answer` gets what became of each, in order, or what is wrong with all.
    package func forgetOffsets(
        _ partitions: [TopicPartition], of group: String,
        answer: @escaping @Sendable (Result<[GroupError?], GroupError>) -> Void
    ) {
        do throws(GroupError) {
            try GroupCoordinator.check(group)
            var isKnown = groupCoordinator.knows(group)
            if !isKnown { isKnown = try !keptOffsets(of: group).isEmpty }
            var topics: [String: ReadableTopic] = [:]
            for name in Set(partitions.map(\.topic)) { topics[name] = readableTopic(name) }
            let exists = partitions.map { topics[$0.topic]?.partition($0.partition) != nil }
            let known = zip(partitions, exists).filter(\.1).map(\.0)
            let tell = { @Sendable (result: Result<Set<String>, GroupError>) in
                answer(
                    result.map { inUse in
                        zip(partitions, exists).map { place, exists in
                            guard exists else { return .unknownPartition }
                            return inUse.contains(place.topic) ? .subscribedToTopic : nil
                        }
                    })
            }
            let (coordinator, wasKnown) = (groupCoordinator, isKnown)
            let early = transactions.forget(group) { [transactions] pending in
                coordinator.forget(
                    known, of: group, pending, isKnown: wasKnown || !pending.isEmpty
                ) { result in
                    transactions.forgotten(group)
                    tell(result)
                }
            }
            if let early { tell(early) }
        } catch {
            answer(.failure(error))
        }
    }

    /// Forgets a group without members, with all its positions, also with those that an open
    /// transaction would commit.
    package func deleteGroup(
        _ group: String, answer: @escaping @Sendable (GroupError?) -> Void
    ) {
        if let refusal = Self.refusalOfLength(group) { return answer(refusal) }
        let refusal = transactions.forget(group) { [transactions] pending -> GroupError? in
            do throws(GroupError) {
                // After what waits was looked up: what a commit moves meanwhile is seen here.
                let streams = try keptOffsets(of: group).map(\.stream)
                return groupCoordinator.delete(group, streams: streams, pending) { error in
                    transactions.forgotten(group)
                    answer(error)
                }
            } catch {
                return error
            }
        }
        if let refusal { answer(refusal) }
    }

    /// All groups that have members, have had some, or keep positions, by name; O(positions).
    package func groupOverviews() throws(BrokerError) -> [GroupOverview] {
        var found = groupCoordinator.overviews()
        for group in try groups() where found[group.group] == nil {
            found[group.group] = GroupOverview(
                group: group.group, protocolType: "", kind: .classic(.empty))
        }
        return found.values.sorted { $0.group < $1.group }
    }

    /// A group of the classic protocol.
    ///
    /// - Throws: `.unknownGroup`, also for one of the consumer protocol; `.invalidGroupID`,
    ///   `.damagedState`.
    package func groupDetails(_ group: String) throws(GroupError) -> GroupDetails {
        if let refusal = Self.refusalOfLength(group) { throw refusal }
        if let details = try groupCoordinator.details(group) { return details }
        guard try !keptOffsets(of: group).isEmpty else { throw .unknownGroup }
        return GroupState(group, groupCoordinator.settings).details
    }

    /// Forgets positions that nobody has used for long; to be called every few minutes, where
    /// waiting for the disk is allowed.
    ///
    /// - Returns: how many.
    package func expireOffsets() throws(BrokerError) -> Int {
        try groupCoordinator.expire(at: clock.wallMilliseconds) {
            transactions.mayCommitPositions(of: $0)
        }
    }

    private static func entry(
        of offset: OffsetToKeep, _ group: String, _ now: Int64
    ) -> FrameEntry {
        .put(
            table: StateTable.groupPositions.rawValue,
            key: StateKey.make(offset.stream, group, "\(offset.partition)"),
            value: GroupPosition(
                offset: offset.offset, savedAt: now, leaderEpoch: offset.leaderEpoch,
                metadata: offset.metadata
            ).encoded())
    }

    /// Positions may be kept under the empty name, as in Kafka.
    private static func refusalOfLength(_ group: String) -> GroupError? {
        group.utf8.count <= BrokerLimits.groupIDByteCountMax ? nil : .invalidGroupID
    }
}
