import Synchronization

/// Groups of the consumer protocol (KIP-848).
extension Broker {
    /// Whether ``heartbeat(_:)`` has to match regular expressions with the names of all topics, for
    /// which a thread is needed that may take its time.
    package func needsMatching(_ beat: ConsumerHeartbeat) -> Bool {
        !groupCoordinator.patterns(for: beat, version: catalog.withLock { $0.version }).isEmpty
    }

    /// A member of a group joins, says that it lives and what it has, or leaves; never waits for the
    /// disk.
    ///
    /// - Complexity: O(1) as long as nothing changes, else partitions and members of the group.
    package func heartbeat(
        _ beat: ConsumerHeartbeat
    ) throws(GroupError) -> ConsumerHeartbeatAnswer {
        try beat.check()
        // Before anything is looked up: what changes later is looked up again.
        let version = catalog.withLock { $0.version }
        var topics = GroupTopics(version: version) { [self] name in
            readableTopic(name).map {
                GroupTopics.Topic(id: $0.id, partitionCount: Int32($0.partitions.count))
            }
        }
        let patterns = groupCoordinator.patterns(for: beat, version: version)
        if !patterns.isEmpty {
            let names = readableTopics().map(\.name)
            for pattern in patterns {
                do throws(GroupError) {
                    topics.matches[pattern] = try TopicPattern(pattern).matching(names)
                } catch {
                    // Another member's, which new names make too slow: it keeps what it had.
                    if pattern == beat.topicPattern { throw error }
                }
            }
        }
        return try groupCoordinator.heartbeat(beat, topics)
    }

    /// A group of the consumer protocol.
    ///
    /// - Throws: `.unknownGroup`, also for one of the classic protocol; `.invalidGroupID`.
    package func consumerGroupDetails(_ group: String) throws(GroupError) -> ConsumerGroupDetails {
        try GroupCoordinator.check(group)
        guard let details = groupCoordinator.consumerDetails(group) else { throw .unknownGroup }
        return details
    }
}
