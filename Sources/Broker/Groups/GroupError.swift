package import CommitLog

/// Why the coordinator of groups refuses; nothing has changed unless it says so.
package enum GroupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An empty group id where members are meant, or one that is too long.
    case invalidGroupID
    case invalidSessionTimeout(milliseconds: Int64, least: Int64, most: Int64)
    /// The caller is to join again under this id (KIP-394).
    case memberIDRequired(String)
    /// The group has no such member, or has it no more: join anew.
    case unknownMember
    /// Another process has taken over the instance id: end this one (KIP-345).
    case fencedInstance
    /// What the caller knows of the group is older, or newer, than it is.
    case illegalGeneration
    /// Members join just now: join again.
    case rebalanceInProgress
    /// The members have no way of assigning partitions in common, or are of another kind.
    case inconsistentProtocol
    /// What the member of a consumer group knows of it is older, or newer, than it is: it is to give
    /// up everything and join anew.
    case fencedEpoch
    /// The same where positions are meant: its next heartbeat tells it what has changed.
    case staleEpoch
    /// The process that has the instance id has not left.
    case unreleasedInstance
    case unsupportedAssignor(String)
    case invalidPattern(String)
    case invalidHeartbeat(String)
    /// The group has members of the classic protocol.
    case otherProtocol
    /// The group's members say their epochs, which this request cannot.
    case olderProtocol
    case groupFull(limit: Int)
    case limit(name: String, found: Int, limit: Int)
    /// The caller does not wait any more: its connection was closed, or the server stops.
    case cancelled
    /// The group has members.
    case groupNotEmpty
    case unknownGroup
    /// Neither topic nor subscription, or not so many partitions.
    case unknownPartition
    case metadataTooLarge(byteCount: Int, limit: Int)
    /// No offset has this number.
    case invalidOffset(Int64)
    /// Members read the topic just now.
    case subscribedToTopic
    /// The position waits for the end of a transaction.
    case unstable
    /// What is stored of the group cannot be read.
    case damagedState
    /// Too much waits to be written: ask again in a moment.
    case busy
    case storage(AppendError)

    package var description: String {
        switch self {
        case .invalidGroupID:
            "The id of a group has 1 to \(BrokerLimits.groupIDByteCountMax) bytes."
        case .invalidSessionTimeout(let found, let least, let most):
            "A session cannot last \(found) ms: \(least) to \(most) "
                + "are allowed (group.min.session.timeout.ms, group.max.session.timeout.ms)."
        case .memberIDRequired(let id): "Join the group again under the id '\(id)'."
        case .unknownMember: "The group has no such member: join anew."
        case .fencedInstance:
            "Another process has taken over the member's group.instance.id: end this one."
        case .illegalGeneration: "The group has gone on to another generation: join again."
        case .rebalanceInProgress: "The group's members join just now: join again."
        case .inconsistentProtocol:
            "The group's members have no partition assignor in common with this one, or are of "
                + "another type: give all members the same."
        case .fencedEpoch: "The group has gone on to another epoch: join again."
        case .staleEpoch: "The group has gone on to another epoch: ask it for the next one."
        case .unreleasedInstance:
            "Another process has the member's group.instance.id: end that one first."
        case .unsupportedAssignor(let name):
            "There is no assignor '\(name)' in this server: set group.remote.assignor to "
                + ServerAssignor.allCases.map(\.rawValue).joined(separator: " or ") + "."
        case .invalidPattern(let reason):
            "The regular expression of the subscription cannot be used: \(reason)."
        case .invalidHeartbeat(let reason): "This is no heartbeat: \(reason)."
        case .otherProtocol:
            "The group has members of the classic protocol: stop them first, or use another group."
        case .olderProtocol:
            "The group's members commit with their epochs, which this request does not have."
        case .groupFull(let limit):
            "The group has \(limit) members, which is the limit (group.max.size, "
                + "group.consumer.max.size)."
        case .limit(let name, let found, let limit): "\(name) is \(found), the limit is \(limit)."
        case .cancelled: "The caller does not wait any more."
        case .groupNotEmpty: "The group has members: stop them first."
        case .unknownGroup: "There is no such group. See all with: sluice group list"
        case .unknownPartition: "There is no such topic or partition."
        case .metadataTooLarge(let found, let limit):
            "The text beside a position has \(found) bytes, the limit is \(limit)."
        case .invalidOffset(let offset): "No record has the offset \(offset)."
        case .subscribedToTopic: "Members of the group read the topic: stop them first."
        case .unstable: "The position waits for the end of a transaction: ask again."
        case .damagedState:
            "The stored positions of the group cannot be read by this version of sluice. "
                + "Check the data directory with: sluice log verify"
        case .busy: "Too much waits to be written: ask again."
        case .storage(let error): error.description
        }
    }
}
