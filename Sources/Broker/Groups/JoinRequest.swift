/// A member that joins a group, or joins it again in a rebalance.
package struct JoinRequest: Sendable {
    /// A way in which members may share partitions, with the member's words about it.
    package struct MemberProtocol: Sendable, Equatable {
        package let name: String
        package let metadata: [UInt8]

        package init(name: String, metadata: [UInt8]) {
            self.name = name
            self.metadata = metadata
        }
    }

    /// Empty for a member that has no identity yet.
    package var memberID: String
    /// Of a static member (KIP-345).
    package var instanceID: String?
    package var clientID: String
    package var clientHost: String
    package var sessionTimeout: Duration
    package var rebalanceTimeout: Duration
    package var protocolType: String
    /// By preference.
    package var protocols: [MemberProtocol]
    /// Whether the client joins again with the identity that it is given (JoinGroup v4).
    package var takesIdentityFirst: Bool
    /// Whether it knows that a leader may be told not to assign (JoinGroup v9).
    package var knowsSkippedAssignment: Bool

    package init(
        memberID: String, instanceID: String?, clientID: String, clientHost: String,
        sessionTimeout: Duration, rebalanceTimeout: Duration, protocolType: String,
        protocols: [MemberProtocol], takesIdentityFirst: Bool, knowsSkippedAssignment: Bool
    ) {
        self.memberID = memberID
        self.instanceID = instanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.protocolType = protocolType
        self.protocols = protocols
        self.takesIdentityFirst = takesIdentityFirst
        self.knowsSkippedAssignment = knowsSkippedAssignment
    }
}

/// The generation that a member has become part of.
package struct JoinResult: Sendable, Equatable {
    /// A member as the leader sees it.
    package struct Member: Sendable, Equatable {
        package let id: String
        package let instanceID: String?
        /// Its words about the protocol that was chosen.
        package let metadata: [UInt8]
    }
    package let generation: Int32
    package let protocolType: String
    package let protocolName: String
    package let leader: String
    package let memberID: String
    /// For the leader; empty for others.
    package let members: [Member]
    /// The assignment of the generation stands: the leader makes none.
    package let skipsAssignment: Bool
}

/// What a member is told to read.
package struct SyncResult: Sendable, Equatable {
    package let protocolType: String
    package let protocolName: String
    package let assignment: [UInt8]
}
