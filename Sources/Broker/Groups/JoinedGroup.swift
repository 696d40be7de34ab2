/// The answer to a join: the generation that the member is part of.
package struct JoinedGroup: Sendable, Equatable {
    /// A member as the leader sees it.
    package struct Member: Sendable, Equatable {
        package let id: String
        package let instanceID: String?
        /// For the protocol that was chosen.
        package let metadata: [UInt8]
    }

    package let generation: Int32
    package let protocolType: String?
    package let protocolName: String?
    package let leaderID: String
    package let memberID: String
    /// Empty for all but the leader.
    package var members: [Member] = []
    /// Whether the leader leaves the assignment as it is (KIP-814).
    package var skipsAssignment = false
}
