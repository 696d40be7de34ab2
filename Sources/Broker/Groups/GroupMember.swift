import Platform

/// A member of a group.
struct GroupMember {
    var id: String
    let instanceID: String?
    var clientID: String
    var clientHost: String
    var sessionTimeout: Duration
    var rebalanceTimeout: Duration
    var protocols: [GroupProtocol]
    /// Of the present generation.
    var assignment: [UInt8] = []
    /// Who waits for the rebalance on behalf of the member; changed by ``GroupMembers`` only.
    var joining: GroupToken?
    /// Who waits for the leader's assignment.
    var syncing: GroupToken?
    /// Whether it was never part of a generation.
    var isNew = true
    /// Whether its client was told the id before it joined.
    let knowsID: Bool
    /// Whether it has not asked for its assignment in this generation.
    var owesSync = false
    /// When it counts as failed; does not hold while it waits, unless it is new.
    var sessionEnd: MonotonicInstant
    /// Ascending in the order in which members came.
    let number: UInt64

    init(
        _ join: GroupJoin, id: String, knowsID: Bool, joining: GroupToken?,
        sessionEnd: MonotonicInstant, number: UInt64
    ) {
        self.id = id
        self.knowsID = knowsID
        self.number = number
        self.sessionEnd = sessionEnd
        self.joining = joining
        instanceID = join.instanceID
        clientID = join.clientID
        clientHost = join.clientHost
        sessionTimeout = join.sessionTimeout
        rebalanceTimeout = join.rebalanceTimeout
        protocols = join.protocols
    }

    var isStatic: Bool { instanceID != nil }

    /// When it counts as failed; nil while it waits for others.
    var deadline: MonotonicInstant? {
        if isNew { return sessionEnd }
        return joining == nil && syncing == nil ? sessionEnd : nil
    }

    /// What it tells the leader under a protocol.
    func metadata(of name: String?) -> [UInt8] {
        protocols.first { $0.name == name }?.metadata ?? []
    }

    /// The first of its protocols that is among `candidates`.
    func vote(among candidates: Set<String>) -> String? {
        protocols.first { candidates.contains($0.name) }?.name
    }

    var byteCount: Int {
        assignment.count + clientID.utf8.count + clientHost.utf8.count + id.utf8.count
            + protocols.reduce(0) { $0 + $1.metadata.count + $1.name.utf8.count }
    }
}
