/// A member's wish to be part of the group's next generation.
package struct GroupJoin: Sendable {
    package var group: String
    /// Empty for a member that has no id yet.
    package var memberID = ""
    /// Of a static member, whose place outlives its process (KIP-345); nil for a dynamic one.
    package var instanceID: String?
    package var sessionTimeout: Duration
    /// How long the member may take to join again when a rebalance has begun.
    package var rebalanceTimeout: Duration
    package var protocolType: String
    /// Ways of assigning partitions, the preferred one first.
    package var protocols: [GroupProtocol]
    package var clientID = ""
    package var clientHost = ""
    /// Whether a dynamic member without an id is sent back with one first (KIP-394).
    package var requiresKnownMemberID = false
    /// Whether the member understands that it is the leader and has nothing to assign (KIP-814).
    package var canSkipAssignment = false

    package init(
        group: String, sessionTimeout: Duration, rebalanceTimeout: Duration, protocolType: String,
        protocols: [GroupProtocol]
    ) {
        self.group = group
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.protocolType = protocolType
        self.protocols = protocols
    }
}
