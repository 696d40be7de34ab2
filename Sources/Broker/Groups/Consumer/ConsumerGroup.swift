import Platform

/// A consumer group as KIP-848 has it, which assigns partitions itself: a state machine without
/// clock, disk or lock.
///
/// Whatever the members read changes ``epoch``; the next heartbeat of anyone then makes a target, which
/// says who is to have which partition. Each member comes to its part of the target by itself, in steps
/// that its heartbeats make: it gives up what is not its own any more, and gets what others have given
/// up. So no partition is ever with two members.
///
/// Every partition that a member may read, or has not said to have given up, is in ``owners``, and in
/// nobody else's sets.
struct ConsumerGroup {
    let name: String
    let settings: GroupSettings
    /// How often what the group has to share, or with whom, has changed.
    private(set) var epoch: Int32
    /// The ``epoch`` that ``targets`` are for.
    private(set) var targetEpoch: Int32
    /// What members are to have; in no two of them the same.
    private(set) var targets: [String: PartitionSet] = [:]
    /// How ``targets`` were made.
    private(set) var assignor = ServerAssignor.uniform
    private(set) var members: [String: ConsumerMember] = [:]
    private var idsByInstance: [String: String] = [:]
    /// Who holds a partition.
    private(set) var owners: [TopicID: [Int32: String]] = [:]
    private(set) var interests = ConsumerInterests()
    /// Nothing happens by time alone before it.
    private(set) var deadline: MonotonicInstant?
    /// What the members take in memory, about.
    private(set) var byteCount = 0
    private var nextNumber: UInt64 = 0

    /// A group without members, whose epochs go on behind `epoch`.
    init(_ name: String, _ settings: GroupSettings, epoch: Int32 = 0) {
        self.name = name
        self.settings = settings
        self.epoch = epoch
        targetEpoch = epoch
    }

    var isEmpty: Bool { members.isEmpty }

    // MARK: Requests of members

    /// A member lives, and says what it has and wants; it is told what it is to have.
    ///
    /// - Parameters:
    ///   - beat: one that ``ConsumerHeartbeat/check()`` lets pass, and that does not leave.
    ///   - freshID: for a member without an id.
    ///   - topics: what there is to read.
    ///   - now: when it came.
    /// - Returns: what it is told.
    /// - Throws: with nothing changed.
    mutating func heartbeat(
        _ beat: ConsumerHeartbeat, freshID: String, _ topics: GroupTopics, now: MonotonicInstant
    ) throws(GroupError) -> ConsumerHeartbeatAnswer {
        try checkRoom(for: beat)
        let id = try place(beat, freshID: freshID, now: now)
        let wasAssigned = members[id]?.assigned
        let isBehind = beat.epoch != members[id]?.epoch
        var hasChanged = takeIn(beat, id)
        if hasChanged || interests.version != topics.version {
            hasChanged = interests.lookUp(topics) || hasChanged
        }
        if hasChanged { advanceEpoch() }
        if targetEpoch != epoch { makeTarget() }
        reconcile(id, owned: beat.owned, now: now)
        let sessionEnd = now.advanced(by: settings.consumerSessionTimeout)
        update(id) { $0.sessionEnd = sessionEnd }
        guard let member = members[id] else { preconditionFailure("\(id) has gone meanwhile") }
        note(member.deadline)
        let isTold = beat.epoch == 0 || isBehind || beat.isFull || member.assigned != wasAssigned
        return ConsumerHeartbeatAnswer(
            memberID: id, epoch: member.epoch, assignment: isTold ? member.assigned : nil,
            interval: settings.consumerHeartbeatInterval)
    }

    /// A member goes, for good or for a moment: see ``ConsumerHeartbeat/leaveForNow``.
    mutating func leave(_ beat: ConsumerHeartbeat) throws(GroupError) {
        let id = try check(MemberIdentity(memberID: beat.memberID, instanceID: beat.instanceID))
        guard beat.epoch == ConsumerHeartbeat.leaveForNow else { return remove(id) }
        update(id) { member in
            member.epoch = ConsumerHeartbeat.leaveForNow
            member.previousEpoch = ConsumerHeartbeat.leaveForNow
            member.awaitsOthers = false
        }
        release(members[id]?.revoking ?? PartitionSet())
        stopRevoking(id)
    }

    /// Whether positions may be committed in the name of a member.
    ///
    /// - Parameters:
    ///   - member: with an empty id and epoch -1 for programs that assign partitions themselves: these
    ///     may as long as the group is empty.
    ///   - epoch: as the member knows it.
    ///   - isTransactional: whether a transaction commits them.
    ///   - knowsEpochs: whether the request is of a version that has epochs in it.
    /// - Throws: `.unknownMember`, `.olderProtocol`, `.staleEpoch`, in a transaction
    ///   `.illegalGeneration` instead.
    func checkCommit(
        _ member: MemberIdentity, epoch: Int32, isTransactional: Bool, knowsEpochs: Bool
    ) throws(GroupError) {
        if epoch < 0, isEmpty { return }
        guard let known = members[member.memberID] else { throw .unknownMember }
        guard isTransactional || knowsEpochs else { throw .olderProtocol }
        // A transaction's request knows of generations only.
        guard epoch == known.epoch else {
            throw isTransactional ? .illegalGeneration : .staleEpoch
        }
    }

    /// Whether a member may be told of the group's positions.
    func checkFetch(memberID: String?, epoch: Int32) throws(GroupError) {
        if memberID == nil, epoch < 0 { return }
        guard let known = members[memberID ?? ""] else { throw .unknownMember }
        guard epoch == known.epoch else { throw .staleEpoch }
    }

    /// Members whose time is over go.
    mutating func tick(now: MonotonicInstant) {
        guard let deadline, deadline <= now else { return }
        for member in members.values where member.deadline <= now { remove(member.id) }
        self.deadline = members.values.map(\.deadline).min()
    }

    // MARK: Members

    private func checkRoom(for beat: ConsumerHeartbeat) throws(GroupError) {
        if members.count >= settings.consumerMemberCountMax, members[beat.memberID] == nil,
            beat.instanceID.flatMap({ idsByInstance[$0] }) == nil
        {
            throw .groupFull(limit: settings.consumerMemberCountMax)
        }
        let (found, limit) = (byteCount + beat.byteCount, BrokerLimits.groupByteCountMax)
        guard found <= limit else {
            throw .limit(name: "size of the group in bytes", found: found, limit: limit)
        }
        guard let pattern = beat.topicPattern, !pattern.isEmpty else { return }
        // All of them are matched whenever a topic comes or goes.
        let (patterns, most) = (interests.patterns, BrokerLimits.groupPatternCountMax)
        guard patterns.count < most || patterns.contains(pattern) else {
            throw .limit(name: "number of the group's patterns", found: most + 1, limit: most)
        }
    }

    /// The id of a member that is what it says.
    private func check(_ member: MemberIdentity) throws(GroupError) -> String {
        if let instanceID = member.instanceID {
            guard let current = idsByInstance[instanceID] else { throw .unknownMember }
            guard current == member.memberID else { throw .fencedInstance }
        }
        guard members[member.memberID] != nil else { throw .unknownMember }
        return member.memberID
    }

    /// The member that a heartbeat is of, which is new, or known and at the right epoch.
    private mutating func place(
        _ beat: ConsumerHeartbeat, freshID: String, now: MonotonicInstant
    ) throws(GroupError) -> String {
        guard beat.epoch == 0 else {
            let id = try check(
                MemberIdentity(memberID: beat.memberID, instanceID: beat.instanceID))
            try checkEpoch(of: beat)
            return id
        }
        let id = beat.memberID.isEmpty ? freshID : beat.memberID
        if let instanceID = beat.instanceID, let other = idsByInstance[instanceID], other != id {
            try replace(other, by: id)
            return id
        }
        if let known = members[id] {
            if known.instanceID == beat.instanceID {
                startOver(id)
                return id
            }
            remove(id)
        }
        add(
            ConsumerMember(
                id: id, instanceID: beat.instanceID, number: nextNumber,
                sessionEnd: now.advanced(by: settings.consumerSessionTimeout)))
        nextNumber += 1
        return id
    }

    private func checkEpoch(of beat: ConsumerHeartbeat) throws(GroupError) {
        guard let member = members[beat.memberID] else { throw .unknownMember }
        if beat.epoch == member.epoch { return }
        // The answer that told of the new epoch was lost, and the member has no more than it may.
        guard beat.epoch == member.previousEpoch, let owned = beat.owned,
            owned.isSubset(of: member.assigned)
        else { throw .fencedEpoch }
    }

    /// The next process of a static member takes its place, if the one before has left.
    private mutating func replace(_ id: String, by newID: String) throws(GroupError) {
        guard let other = members[id], other.isAway else { throw .unreleasedInstance }
        let target = targets[id]
        if members[newID] != nil { remove(newID) }
        // What it reads stays looked up while nobody reads it.
        interests.add(other.topics)
        take(id)
        add(ConsumerMember(id: newID, replacing: other))
        interests.remove(other.topics)
        targets[newID] = target
    }

    /// A member says that it has given up everything.
    private mutating func startOver(_ id: String) {
        release(members[id]?.holdings ?? PartitionSet())
        update(id) { member in
            member.assigned = PartitionSet()
            member.epoch = 0
            member.previousEpoch = 0
            member.awaitsOthers = false
        }
        stopRevoking(id)
    }

    private mutating func add(_ member: ConsumerMember) {
        members[member.id] = member
        if let instanceID = member.instanceID { idsByInstance[instanceID] = member.id }
        byteCount += member.byteCount
        interests.add(member.topics)
    }

    private mutating func remove(_ id: String) {
        take(id)
        advanceEpoch()
    }

    /// Forgets a member and what it had.
    private mutating func take(_ id: String) {
        guard let member = members.removeValue(forKey: id) else { return }
        if let instanceID = member.instanceID { idsByInstance[instanceID] = nil }
        byteCount -= member.byteCount
        interests.remove(member.topics)
        release(member.holdings)
        targets[id] = nil
    }

    /// Takes what a heartbeat says of its member.
    ///
    /// - Returns: whether the member reads something else than before, or had no target yet.
    private mutating func takeIn(_ beat: ConsumerHeartbeat, _ id: String) -> Bool {
        guard let before = members[id] else { return false }
        let topics = before.topics.changed(names: beat.topicNames, pattern: beat.topicPattern)
        update(id) { member in
            member.rackID = beat.rackID ?? member.rackID
            member.rebalanceTimeout = beat.rebalanceTimeout ?? member.rebalanceTimeout
            member.assignor = beat.assignor.flatMap(ServerAssignor.init) ?? member.assignor
            member.clientID = beat.clientID
            member.clientHost = beat.clientHost
            member.topics = topics
        }
        if topics != before.topics {
            interests.add(topics)
            interests.remove(before.topics)
        }
        return topics != before.topics || targets[id] == nil
    }

    private mutating func update(_ id: String, _ change: (inout ConsumerMember) -> Void) {
        let before = members[id]?.byteCount ?? 0
        members[id]?.change(change)
        byteCount += (members[id]?.byteCount ?? 0) - before
    }

    // MARK: The target

    private mutating func advanceEpoch() {
        // Two thousand million changes later the numbers begin anew, and everybody is to join anew.
        if epoch == .max {
            for id in members.keys where members[id]?.isAway == false {
                update(id) { ($0.epoch, $0.previousEpoch) = (0, 0) }
            }
            (epoch, targetEpoch) = (0, 0)
        }
        epoch += 1
    }

    private mutating func makeTarget() {
        let inOrder = members.values.sorted { $0.number < $1.number }
        assignor = Self.preferred(inOrder)
        targets = assignor.assign(
            ServerAssignor.Problem(
                members: inOrder.map {
                    .init(id: $0.id, interest: interests.number(of: $0.topics))
                },
                topics: interests.topics, partitionCounts: interests.partitionCounts,
                previous: targets))
        targetEpoch = epoch
    }

    /// What most of the members want that want something; of several, the first in the list.
    private static func preferred(_ members: [ConsumerMember]) -> ServerAssignor {
        var votes: [ServerAssignor: Int] = [:]
        for member in members {
            if let assignor = member.assignor { votes[assignor, default: 0] += 1 }
        }
        let most = votes.values.max()
        return ServerAssignor.allCases.first { votes[$0] == most && most != nil } ?? .uniform
    }

    // MARK: Reconciling

    /// Brings a member a step nearer to its target.
    private mutating func reconcile(_ id: String, owned: PartitionSet?, now: MonotonicInstant) {
        guard let member = members[id] else { return }
        if !member.revoking.isEmpty {
            guard let owned, owned.isDisjoint(with: member.revoking) else { return }
            release(member.revoking)
            stopRevoking(id)
        } else if member.isSettled(at: targetEpoch) {
            return
        }
        let target = targets[id] ?? PartitionSet()
        let kept = member.assigned.intersection(target)
        let surplus = member.assigned.subtracting(target)
        if !surplus.isEmpty, !(owned?.isDisjoint(with: surplus) ?? false) {
            update(id) { member in
                member.assigned = kept
                member.revoking = surplus
                member.revocationEnd = now.advanced(by: member.rebalanceTimeout)
            }
            return
        }
        release(surplus)
        let wanted = target.subtracting(kept)
        let free = wanted.filtered { owners[$0]?[$1] == nil }
        for (topic, partitions) in free.byTopic {
            for partition in partitions { owners[topic, default: [:]][partition] = id }
        }
        let next = targetEpoch
        update(id) { member in
            member.assigned = kept.union(free)
            member.awaitsOthers = free != wanted
            if member.epoch != next { (member.previousEpoch, member.epoch) = (member.epoch, next) }
        }
    }

    private mutating func release(_ partitions: PartitionSet) {
        for (topic, numbers) in partitions.byTopic {
            for number in numbers { owners[topic]?[number] = nil }
            if owners[topic]?.isEmpty ?? false { owners[topic] = nil }
        }
    }

    private mutating func stopRevoking(_ id: String) {
        update(id) { member in
            member.revoking = PartitionSet()
            member.revocationEnd = nil
        }
    }

    /// Something happens at this time.
    private mutating func note(_ instant: MonotonicInstant) {
        deadline = deadline.map { min($0, instant) } ?? instant
    }
}

extension ConsumerMember {
    /// What nobody else may have.
    fileprivate var holdings: PartitionSet { assigned.union(revoking) }

    /// Changes the member where it is.
    fileprivate mutating func change(_ body: (inout ConsumerMember) -> Void) { body(&self) }
}
