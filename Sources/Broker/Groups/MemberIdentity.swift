/// How a request names a member.
package struct MemberIdentity: Sendable, Hashable {
    /// Empty where an operator means whoever has the instance id.
    package let memberID: String
    package let instanceID: String?

    package init(memberID: String, instanceID: String? = nil) {
        self.memberID = memberID
        self.instanceID = instanceID
    }
}
