import Platform

/// A member of a ``ConsumerGroup``.
struct ConsumerMember {
    let id: String
    let instanceID: String?
    /// Ascending in the order in which members came; the next process of a static member has the same.
    let number: UInt64
    var rackID: String?
    var clientID = ""
    var clientHost = ""
    var rebalanceTimeout = Duration.zero
    var topics = ConsumerTopics()
    var assignor: ServerAssignor?
    /// The epoch of the target that the member follows; 0 before the first, and
    /// ``ConsumerHeartbeat/leaveForNow`` for a static member that is away.
    var epoch: Int32 = 0
    /// The one before: the answer that told of ``epoch`` may have been lost.
    var previousEpoch: Int32 = 0
    /// What the member may read.
    var assigned = PartitionSet()
    /// What it has been told not to read any more and may still do.
    var revoking = PartitionSet()
    /// Whether others have not given up yet what it is to get.
    var awaitsOthers = false
    /// When the member counts as failed.
    var sessionEnd: MonotonicInstant
    /// Until when it has to have given up ``revoking``.
    var revocationEnd: MonotonicInstant?

    init(id: String, instanceID: String?, number: UInt64, sessionEnd: MonotonicInstant) {
        self.id = id
        self.instanceID = instanceID
        self.number = number
        self.sessionEnd = sessionEnd
    }

    /// The place of a static member for its next process, which has nothing yet.
    init(id: String, replacing other: ConsumerMember) {
        self = ConsumerMember(
            id: id, instanceID: other.instanceID, number: other.number,
            sessionEnd: other.sessionEnd)
        rackID = other.rackID
        rebalanceTimeout = other.rebalanceTimeout
        topics = other.topics
        assignor = other.assignor
    }

    var isAway: Bool { epoch == ConsumerHeartbeat.leaveForNow }

    /// Whether it has all of the target of an epoch, and nothing else.
    func isSettled(at epoch: Int32) -> Bool {
        self.epoch == epoch && revoking.isEmpty && !awaitsOthers
    }

    var deadline: MonotonicInstant { revocationEnd.map { min($0, sessionEnd) } ?? sessionEnd }

    /// What it takes in memory, about, without partitions: of these a group has no more than there are.
    var byteCount: Int {
        id.utf8.count + (instanceID?.utf8.count ?? 0) + (rackID?.utf8.count ?? 0)
            + clientID.utf8.count + clientHost.utf8.count + topics.byteCount
    }
}
