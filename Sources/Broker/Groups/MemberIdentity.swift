/// By what a member is known in its requests.
package struct MemberIdentity: Sendable {
    package let memberID: String
    package let instanceID: String?
    package let generation: Int32

    package init(memberID: String, instanceID: String?, generation: Int32) {
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
    }
}
