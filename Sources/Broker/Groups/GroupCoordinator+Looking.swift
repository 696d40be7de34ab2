import Synchronization

extension GroupCoordinator {
    /// A group with members, or that has had some; nil if it is not known.
    func details(_ group: String) -> GroupDetails? {
        directory.withLock { $0.groups[group]?.state.details }
    }

    /// Such groups, by name.
    func overviews() -> [String: GroupOverview] {
        directory.withLock { $0.groups.mapValues(\.state.overview) }
    }

    /// How many groups are known, and members of all of them; O(groups).
    package var counts: (groups: Int, members: Int) {
        directory.withLock { directory in
            (
                directory.groups.count,
                directory.groups.values.reduce(0) { $0 + $1.state.members.count }
            )
        }
    }

    /// Whether a group has members, or has had some.
    func knows(_ group: String) -> Bool { directory.withLock { $0.groups[group] != nil } }
}
