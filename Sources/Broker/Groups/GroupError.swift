/// Why a group's coordinator refuses a member; the names are Kafka's.
package enum GroupError: Error, Sendable, Equatable {
    case invalidGroupID
    case unknownMember
    case illegalGeneration
    case inconsistentProtocol
    case invalidSessionTimeout
    case rebalanceInProgress
    /// The member is to join again under this identity (KIP-394).
    case memberIDRequired(String)
    case groupMaxSizeReached
    /// Another member has taken the place of the static instance (KIP-345).
    case fencedInstance
    case nonEmptyGroup
    case groupNotFound
    /// A member's metadata are longer than ``GroupLimits/metadataByteCountMax``, or there are more
    /// groups than ``GroupLimits/groupCountMax``.
    case limitReached
}
