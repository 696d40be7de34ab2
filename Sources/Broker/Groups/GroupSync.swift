/// A member's wish for its assignment; the leader brings those of all.
package struct GroupSync: Sendable {
    package var group: String
    package var generation: Int32
    package var memberID: String
    package var instanceID: String?
    /// What the member takes the group for; nil if it does not say.
    package var protocolType: String?
    package var protocolName: String?
    /// By member id; only the leader's counts.
    package var assignments: [String: [UInt8]] = [:]

    package init(group: String, generation: Int32, memberID: String) {
        self.group = group
        self.generation = generation
        self.memberID = memberID
    }
}
