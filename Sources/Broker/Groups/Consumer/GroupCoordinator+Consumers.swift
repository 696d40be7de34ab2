import Platform
import Synchronization

/// Groups of the consumer protocol.
extension GroupCoordinator {
    /// A member of a group joins, lives or leaves.
    ///
    /// - Parameters:
    ///   - beat: one that ``ConsumerHeartbeat/check()`` lets pass.
    ///   - topics: what there is to read.
    /// - Returns: what the member is to do.
    /// - Throws: why it is refused; see ``ConsumerGroup``.
    func heartbeat(
        _ beat: ConsumerHeartbeat, _ topics: GroupTopics
    ) throws(GroupError) -> ConsumerHeartbeatAnswer {
        let now = clock.monotonic
        let freshID = beat.memberID.isEmpty ? makeUUID() : ""
        let (result, calls) = directory.withLock {
            directory -> (Result<ConsumerHeartbeatAnswer, GroupError>, [Call]) in
            do throws(GroupError) {
                try prepare(for: beat, &directory)
            } catch {
                return (.failure(error), [])
            }
            let (result, calls) = changeSlot(beat.group, &directory) { slot in
                Result { () throws(GroupError) in
                    try slot.heartbeat(beat, freshID: freshID, topics, now: now)
                }
            }
            return (result ?? .failure(.unknownMember), calls)
        }
        for call in calls { call() }
        return try result.get()
    }

    /// Sees to it that a member who joins finds a group, if there may be one.
    private func prepare(
        for beat: ConsumerHeartbeat, _ directory: inout Directory
    ) throws(GroupError) {
        guard !directory.isStopped else { throw .cancelled }
        guard beat.epoch >= 0 else { return }
        try directory.checkRoom(for: beat.byteCount)
        guard beat.epoch == 0 else { return }
        if directory.groups[beat.group] == nil { try addGroup(beat.group, &directory) }
        guard directory.groups[beat.group]?.isJoinableByConsumers ?? false else {
            throw .otherProtocol
        }
    }

    /// Patterns that have to be matched with the topics of a version before a heartbeat can be taken.
    func patterns(for beat: ConsumerHeartbeat, version: UInt64) -> Set<String> {
        let asked = beat.topicPattern.map { $0.isEmpty ? [] : [$0] } ?? []
        let interests = directory.withLock { $0.groups[beat.group]?.consumer?.interests }
        guard let interests else { return Set(asked) }
        let known = interests.patterns
        if interests.version == version { return Set(asked).subtracting(known) }
        return known.union(asked)
    }
}

extension GroupSlot {
    /// Whether a member of the consumer protocol may join: the group is of that protocol, or has no
    /// members.
    fileprivate var isJoinableByConsumers: Bool { consumer != nil || state.isUnused }

    fileprivate mutating func heartbeat(
        _ beat: ConsumerHeartbeat, freshID: String, _ topics: GroupTopics, now: MonotonicInstant
    ) throws(GroupError) -> ConsumerHeartbeatAnswer {
        if beat.epoch == 0 { becomeConsumer() }
        // Kafka tells members of a group that it does not know so, which ends their clients. Here the
        // group may be unknown because the server has started anew: they are to join again.
        guard consumer != nil else { throw .unknownMember }
        if beat.epoch < 0 {
            try consumer?.leave(beat)
            return ConsumerHeartbeatAnswer(
                memberID: beat.memberID, epoch: beat.epoch, assignment: nil, interval: .zero)
        }
        let answer = try consumer?.heartbeat(beat, freshID: freshID, topics, now: now)
        guard let answer else { throw .unknownMember }
        return answer
    }
}
