import Platform

/// A member of a group.
struct GroupMember: Sendable {
    typealias JoinAnswer = @Sendable (Result<JoinResult, GroupError>) -> Void
    typealias SyncAnswer = @Sendable (Result<SyncResult, GroupError>) -> Void

    var id: String
    var request: JoinRequest
    var assignment: [UInt8] = []
    /// When it is taken for gone, unless it waits for an answer or is heard of before.
    var deadline: MonotonicInstant
    /// Waiting for the rebalance to be complete.
    var join: JoinAnswer?
    /// Waiting for the leader's assignment.
    var sync: SyncAnswer?
    /// Whether it has come for its assignment in this generation.
    var hasSynced = false

    var isStatic: Bool { request.instanceID != nil }
    var isWaiting: Bool { join != nil || sync != nil }

    /// The member was heard of.
    mutating func isAlive(at now: MonotonicInstant) {
        deadline = now.advanced(by: request.sessionTimeout)
    }

    /// Its words about a protocol; nil if it does not know it.
    func metadata(of name: String) -> [UInt8]? {
        request.protocols.first { $0.name == name }?.metadata
    }
}
