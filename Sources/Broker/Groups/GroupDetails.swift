/// A group as an operator sees it.
package struct GroupDetails: Sendable, Equatable {
    /// A member.
    package struct Member: Sendable, Equatable {
        package let id: String
        package let instanceID: String?
        package let clientID: String
        package let clientHost: String
        /// Empty unless the group is stable.
        package let metadata: [UInt8]
        package let assignment: [UInt8]
    }

    package let overview: GroupOverview
    package let generation: Int32
    /// Of a stable group; else empty.
    package let protocolName: String
    package let members: [Member]
}
