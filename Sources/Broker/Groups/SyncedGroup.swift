/// The answer to a sync: what the leader has assigned to the member.
package struct SyncedGroup: Sendable, Equatable {
    package let protocolType: String?
    package let protocolName: String?
    package let assignment: [UInt8]
}
