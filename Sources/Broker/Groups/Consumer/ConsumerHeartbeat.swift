/// What a member of a consumer group tells it (KIP-848, "ConsumerGroupHeartbeat").
///
/// What is nil is as it was in the member's last heartbeat.
package struct ConsumerHeartbeat: Sendable {
    /// An ``epoch`` that leaves the group.
    package static let leave: Int32 = -1
    /// An ``epoch`` with which a static member leaves for a moment: its place is kept for the next
    /// process with its instance id until its session ends.
    package static let leaveForNow: Int32 = -2

    package var group: String
    /// Empty for a member that wants one.
    package var memberID: String
    /// 0 joins, or joins anew with nothing assigned.
    package var epoch: Int32
    package var instanceID: String?
    package var rackID: String?
    /// How long the member may take to give back partitions.
    package var rebalanceTimeout: Duration?
    package var topicNames: [String]?
    /// A regular expression for whole names; empty for none any more.
    package var topicPattern: String?
    /// The name of a ``ServerAssignor``.
    package var assignor: String?
    /// What the member has.
    package var owned: PartitionSet?
    package var clientID = ""
    package var clientHost = ""
    /// Whether the member has to bring its id itself (KIP-1082).
    package var requiresMemberID = false

    package init(group: String, memberID: String, epoch: Int32) {
        self.group = group
        self.memberID = memberID
        self.epoch = epoch
    }

    /// Whether it says everything there is to say, as members do that are not sure of their group.
    var isFull: Bool {
        rebalanceTimeout != nil && owned != nil && (topicNames != nil || topicPattern != nil)
    }

    var byteCount: Int {
        ConsumerTopics(names: topicNames ?? [], pattern: topicPattern).byteCount
            + clientID.utf8.count + clientHost.utf8.count
            + memberID.utf8.count + (instanceID?.utf8.count ?? 0) + (rackID?.utf8.count ?? 0)
    }

    /// Whether it is a heartbeat at all, whatever the group.
    ///
    /// - Throws: `.invalidHeartbeat`, `.invalidGroupID`, `.unsupportedAssignor`, `.limit`.
    func check() throws(GroupError) {
        try GroupCoordinator.check(group)
        if instanceID == "" { throw .invalidHeartbeat("the instance id is empty") }
        if rackID == "" { throw .invalidHeartbeat("the rack id is empty") }
        guard epoch >= Self.leaveForNow else { throw .invalidHeartbeat("no epoch is \(epoch)") }
        if memberID.isEmpty, epoch != 0 || requiresMemberID {
            throw .invalidHeartbeat("the member id is empty")
        }
        if epoch == 0 { try checkJoin() }
        if epoch == Self.leaveForNow, instanceID == nil {
            throw .invalidHeartbeat("only a static member leaves for a moment")
        }
        if let assignor, ServerAssignor(rawValue: assignor) == nil {
            throw .unsupportedAssignor(assignor)
        }
        try checkLengths()
    }

    private func checkJoin() throws(GroupError) {
        guard rebalanceTimeout != nil else {
            throw .invalidHeartbeat("who joins has to say its rebalance timeout")
        }
        guard let owned, owned.isEmpty else {
            throw .invalidHeartbeat("who joins has no partitions, and has to say so")
        }
        // Nothing is something to read, too.
        guard topicNames != nil || topicPattern != nil else {
            throw .invalidHeartbeat("who joins has to say what it reads")
        }
    }

    private func checkLengths() throws(GroupError) {
        let lengths = [
            ("length of the member id", memberID), ("length of the instance id", instanceID ?? ""),
            ("length of the rack id", rackID ?? ""), ("length of the client's name", clientID),
        ]
        for (name, text) in lengths where text.utf8.count > BrokerLimits.groupTextByteCountMax {
            throw .limit(
                name: name, found: text.utf8.count, limit: BrokerLimits.groupTextByteCountMax)
        }
        let (found, limit) = (topicNames?.count ?? 0, BrokerLimits.groupTopicNameCountMax)
        guard found <= limit else {
            throw .limit(name: "number of a member's topics", found: found, limit: limit)
        }
    }
}
