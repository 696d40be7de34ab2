import Platform

/// The members of a group, by id and by instance id, with what they have in common.
///
/// The one place that changes who waits for a join, so that the count of those is right.
struct GroupMembers {
    private var byID: [String: GroupMember] = [:]
    private var idsByInstance: [String: String] = [:]
    /// How many members support a protocol.
    private var supporters: [String: Int] = [:]
    /// Members with a waiting join.
    private(set) var joiningCount = 0
    /// What the members take in memory, about.
    private(set) var byteCount = 0
    private var nextNumber: UInt64 = 0

    var count: Int { byID.count }
    var isEmpty: Bool { byID.isEmpty }
    /// In the order in which they came.
    var all: [GroupMember] { byID.values.sorted { $0.number < $1.number } }
    var ids: Dictionary<String, GroupMember>.Keys { byID.keys }
    /// In no order.
    var values: Dictionary<String, GroupMember>.Values { byID.values }

    subscript(id: String) -> GroupMember? { byID[id] }

    func id(ofInstance instanceID: String) -> String? { idsByInstance[instanceID] }

    /// The longest time that a member may take to join again.
    var rebalanceTimeout: Duration { byID.values.map(\.rebalanceTimeout).max() ?? .zero }

    /// Protocols that all members support.
    var candidates: Set<String> { Set(supporters.filter { $0.value == byID.count }.keys) }

    /// Whether all members support one of these.
    func support(oneOf protocols: [GroupProtocol]) -> Bool {
        protocols.contains { supporters[$0.name, default: 0] == byID.count }
    }

    /// Adds a member that has no place yet.
    mutating func add(
        _ join: GroupJoin, id: String, knowsID: Bool, joining: GroupToken?,
        sessionEnd: MonotonicInstant
    ) {
        let member = GroupMember(
            join, id: id, knowsID: knowsID, joining: joining, sessionEnd: sessionEnd,
            number: nextNumber)
        nextNumber += 1
        precondition(byID[id] == nil, "member \(id) is added twice")
        if let instanceID = member.instanceID { idsByInstance[instanceID] = id }
        count(member, 1)
        byID[id] = member
    }

    @discardableResult
    mutating func remove(_ id: String) -> GroupMember? {
        guard let member = byID.removeValue(forKey: id) else { return nil }
        if let instanceID = member.instanceID { idsByInstance[instanceID] = nil }
        count(member, -1)
        return member
    }

    /// Changes a member in everything but its id and who waits for its join.
    mutating func update(_ id: String, _ change: (inout GroupMember) -> Void) {
        guard var member = byID[id] else { preconditionFailure("no member \(id) to change") }
        let before = member.byteCount
        change(&member)
        precondition(member.id == id, "a member's id is changed by replace")
        byteCount += member.byteCount - before
        byID[id] = member
    }

    /// The same for all.
    mutating func updateAll(_ change: (inout GroupMember) -> Void) {
        for id in byID.keys { update(id, change) }
    }

    /// Takes what a member says when it joins again.
    ///
    /// - Returns: who has waited for its join so far.
    mutating func rejoin(_ id: String, _ join: GroupJoin, _ token: GroupToken?) -> GroupToken? {
        guard var member = byID[id] else { preconditionFailure("no member \(id) to join again") }
        count(member, -1)
        let before = member.joining
        member.protocols = join.protocols
        member.sessionTimeout = join.sessionTimeout
        member.rebalanceTimeout = join.rebalanceTimeout
        member.joining = token
        count(member, 1)
        byID[id] = member
        return before
    }

    /// Nobody waits for a member's join any more.
    ///
    /// - Returns: who did.
    mutating func takeJoining(_ id: String) -> GroupToken? {
        guard let token = byID[id]?.joining else { return nil }
        byID[id]?.joining = nil
        joiningCount -= 1
        return token
    }

    /// Gives a static member another id; it keeps everything else.
    mutating func replace(_ id: String, by newID: String) {
        guard var member = byID.removeValue(forKey: id), let instanceID = member.instanceID else {
            preconditionFailure("only a static member is replaced")
        }
        count(member, -1)
        member.id = newID
        idsByInstance[instanceID] = newID
        count(member, 1)
        byID[newID] = member
    }

    private mutating func count(_ member: GroupMember, _ sign: Int) {
        for name in Set(member.protocols.map(\.name)) {
            supporters[name, default: 0] += sign
            if supporters[name] == 0 { supporters[name] = nil }
        }
        byteCount += sign * member.byteCount
        if member.joining != nil { joiningCount += sign }
    }
}
