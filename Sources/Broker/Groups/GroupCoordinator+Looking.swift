import Synchronization

extension GroupCoordinator {
    /// A group of the classic protocol with members, or that has had some; nil if it is not known.
    ///
    /// - Throws: `.unknownGroup` if it is of the consumer protocol.
    func details(_ group: String) throws(GroupError) -> GroupDetails? {
        let slot = directory.withLock { $0.groups[group] }
        guard let slot else { return nil }
        guard slot.consumer == nil else { throw .unknownGroup }
        return slot.state.details
    }

    /// A group of the consumer protocol with members, or that has had some; nil if it is not known.
    func consumerDetails(_ group: String) -> ConsumerGroupDetails? {
        directory.withLock { $0.groups[group]?.consumer }?.details
    }

    /// Such groups, by name.
    func overviews() -> [String: GroupOverview] {
        directory.withLock { $0.groups.mapValues(\.overview) }
    }

    /// How many groups are known, and members of all of them; O(groups).
    package var counts: (groups: Int, members: Int) {
        directory.withLock { directory in
            (
                directory.groups.count,
                directory.groups.values.reduce(0) { $0 + $1.memberCount }
            )
        }
    }

    /// Whether a group has members, or has had some.
    func knows(_ group: String) -> Bool { directory.withLock { $0.groups[group] != nil } }
}
