import Bytes
import Platform

/// A consumer group as Kafka's classic protocol has it: a state machine without clock, disk or lock.
///
/// Events are methods that take `now`. Joins and syncs are answered later, by their tokens, through
/// ``takeAnswers()``, which is to be called after every event: each token is answered once.
///
/// Empty ⇒ no members; completing and stable ⇒ members, one of which is the leader, and all of which
/// support ``protocolName``.
struct GroupState {
    /// A rebalance that goes on.
    struct Preparation {
        /// Who has not joined by then is out.
        var end: MonotonicInstant
        /// Of the first rebalance of an empty group, which waits for more members: how much of the
        /// delay is left beyond `end`; nil for other rebalances.
        var delayLeft: Duration?
        /// Whether a member has come since the delay began.
        var hasGrown = false
    }

    let name: String
    let settings: GroupSettings
    var phase = GroupPhase.empty
    private(set) var generation: Int32 = 0
    var protocolType: String?
    private(set) var protocolName: String?
    private(set) var leaderID: String?
    var members = GroupMembers()
    /// Members that were given an id and have not joined with it, and until when they may.
    var pending: [String: MonotonicInstant] = [:]
    /// While ``phase`` is preparing.
    var preparation: Preparation?
    /// Until when members of this generation are to ask for their assignments.
    private(set) var syncEnd: MonotonicInstant?
    /// What the members read, as far as their metadata can be read.
    private(set) var subscribedTopics: Set<String>? = []
    /// Nothing happens by time alone before it.
    private(set) var deadline: MonotonicInstant?
    private var answers: [GroupAnswer] = []

    /// A group without members; `protocolType` is that of the ones it had, if it had some.
    init(_ name: String, _ settings: GroupSettings, protocolType: String? = nil) {
        self.name = name
        self.settings = settings
        self.protocolType = protocolType
    }

    /// Whether the group is as if it had never been.
    var isUnused: Bool { phase == .empty && pending.isEmpty }

    /// The answers that have become ready.
    mutating func takeAnswers() -> [GroupAnswer] {
        defer { answers = [] }
        return answers
    }

    // MARK: Requests of members

    /// A member brings the assignments, or asks for its own; answered by `token`.
    mutating func sync(_ sync: GroupSync, _ token: GroupToken, now: MonotonicInstant) {
        do throws(GroupError) {
            try check(MemberIdentity(memberID: sync.memberID, instanceID: sync.instanceID))
            try check(sync)
            switch phase {
            case .empty: throw .unknownMember
            case .preparingRebalance: throw .rebalanceInProgress
            case .completingRebalance: try wait(for: sync, token, now)
            case .stable:
                members.update(sync.memberID) { $0.owesSync = false }
                extendSession(of: sync.memberID, now: now)
                answer(token, .success(assignment(of: sync.memberID)))
            }
        } catch {
            answer(token, Result<SyncedGroup, GroupError>.failure(error))
        }
    }

    private func check(_ sync: GroupSync) throws(GroupError) {
        guard sync.generation == generation else { throw .illegalGeneration }
        guard sync.protocolType == nil || sync.protocolType == protocolType,
            sync.protocolName == nil || sync.protocolName == protocolName
        else { throw .inconsistentProtocol }
    }

    private mutating func wait(
        for sync: GroupSync, _ token: GroupToken, _ now: MonotonicInstant
    ) throws(GroupError) {
        let isLeader = sync.memberID == leaderID
        if isLeader {
            let byteCount = sync.assignments.values.reduce(0) { $0 + $1.count }
            let found = members.byteCount + byteCount
            let limit = BrokerLimits.groupByteCountMax
            guard found <= limit else {
                throw .limit(name: "size of the group in bytes", found: found, limit: limit)
            }
        }
        if let before = members[sync.memberID]?.syncing {
            answer(before, Result<SyncedGroup, GroupError>.failure(.rebalanceInProgress))
        }
        members.update(sync.memberID) { member in
            member.owesSync = false
            member.syncing = token
        }
        guard isLeader else { return }
        members.updateAll { $0.assignment = sync.assignments[$0.id] ?? [] }
        phase = .stable
        for id in members.ids { answerSync(of: id, nil, now: now) }
    }

    /// A member says that it lives.
    mutating func heartbeat(
        _ member: MemberIdentity, generation: Int32, now: MonotonicInstant
    ) throws(GroupError) {
        try check(member)
        guard generation == self.generation else { throw .illegalGeneration }
        extendSession(of: member.memberID, now: now)
        switch phase {
        case .empty: throw .unknownMember
        case .preparingRebalance: throw .rebalanceInProgress
        case .completingRebalance, .stable: return
        }
    }

    /// A member goes, or is sent away by an operator, who names its instance id only.
    mutating func leave(_ member: MemberIdentity, now: MonotonicInstant) throws(GroupError) {
        if pending.removeValue(forKey: member.memberID) != nil {
            return completeJoinIfAllJoined(now: now)
        }
        var id = member.memberID
        if id.isEmpty {
            guard let known = member.instanceID.flatMap(members.id(ofInstance:)) else {
                throw .unknownMember
            }
            id = known
        } else {
            try check(member)
        }
        remove(id, now: now)
    }

    /// Whether positions may be committed in the name of a member.
    ///
    /// Without member and generation, which programs do that assign partitions themselves, only
    /// while the group is empty; in a transaction of an old client always.
    mutating func checkCommit(
        _ member: MemberIdentity, generation: Int32, isTransactional: Bool,
        now: MonotonicInstant
    ) throws(GroupError) {
        if generation < 0, phase == .empty { return }
        guard generation >= 0 || !member.memberID.isEmpty || member.instanceID != nil else {
            guard isTransactional || phase == .empty else { throw .unknownMember }
            return
        }
        try check(member)
        guard generation == self.generation else { throw .illegalGeneration }
        if phase == .completingRebalance, !isTransactional { throw .rebalanceInProgress }
        extendSession(of: member.memberID, now: now)
    }

    /// A caller does not wait any more; its member stays until its session ends.
    ///
    /// A new member that was never told its id cannot come back and goes at once.
    mutating func cancel(_ token: GroupToken, now: MonotonicInstant) {
        guard
            let member = members.values.first(where: { $0.joining == token || $0.syncing == token })
        else { return }
        if member.joining == token {
            _ = members.takeJoining(member.id)
            answer(token, Result<JoinedGroup, GroupError>.failure(.cancelled))
            if member.isNew, !member.knowsID, !member.isStatic {
                return remove(member.id, now: now)
            }
        } else {
            members.update(member.id) { $0.syncing = nil }
            answer(token, Result<SyncedGroup, GroupError>.failure(.cancelled))
        }
        members.update(member.id) { $0.isNew = false }
        extendSession(of: member.id, now: now)
    }

    // MARK: Parts

    /// Whether a member is what it says, and is part of the group.
    func check(_ member: MemberIdentity) throws(GroupError) {
        if let instanceID = member.instanceID {
            guard let current = members.id(ofInstance: instanceID) else { throw .unknownMember }
            guard current == member.memberID else { throw .fencedInstance }
        }
        guard members[member.memberID] != nil else { throw .unknownMember }
    }

    mutating func answer(_ token: GroupToken, _ result: Result<JoinedGroup, GroupError>) {
        answers.append(.joined(token, result))
    }

    mutating func answer(_ token: GroupToken, _ result: Result<SyncedGroup, GroupError>) {
        answers.append(.synced(token, result))
    }

    /// Answers whoever waits for a member's assignment; with the assignment if there is no error.
    mutating func answerSync(of id: String, _ error: GroupError?, now: MonotonicInstant) {
        guard let token = members[id]?.syncing else { return }
        members.update(id) { $0.syncing = nil }
        answer(token, error.map { .failure($0) } ?? .success(assignment(of: id)))
        extendSession(of: id, now: now)
    }

    mutating func extendSession(of id: String, now: MonotonicInstant) {
        guard let member = members[id], !member.isNew else { return }
        setSessionEnd(of: id, now.advanced(by: member.sessionTimeout))
    }

    mutating func setSessionEnd(of id: String, _ end: MonotonicInstant) {
        members.update(id) { $0.sessionEnd = end }
        note(end)
    }

    /// Something happens at this time.
    mutating func note(_ instant: MonotonicInstant) {
        deadline = deadline.map { min($0, instant) } ?? instant
    }

    private func assignment(of id: String) -> SyncedGroup {
        SyncedGroup(
            protocolType: protocolType, protocolName: protocolName,
            assignment: members[id]?.assignment ?? [])
    }

    // MARK: Changes that only the parts of this type make

    mutating func setLeader(_ id: String?) { leaderID = id }

    mutating func setSyncEnd(_ end: MonotonicInstant?) {
        syncEnd = end
        if let end { note(end) }
    }

    /// Begins the next generation with the members there are.
    mutating func beginGeneration() {
        generation = generation == .max ? 1 : generation + 1
        protocolName = selectProtocol()
        subscribedTopics = readSubscriptions()
        phase = members.isEmpty ? .empty : .completingRebalance
        preparation = nil
    }

    /// Computes ``deadline`` anew; O(members).
    mutating func settleDeadline() {
        var next = members.values.compactMap(\.deadline).min()
        let others = [pending.values.min(), preparation?.end, syncEnd]
        for instant in others.compactMap({ $0 }) { next = next.map { min($0, instant) } ?? instant }
        deadline = next
    }

    /// The protocol for which most members vote; nil without members.
    ///
    /// Each votes for the first of its own that all support. Of several, the one that the leader
    /// prefers.
    func selectProtocol() -> String? {
        let candidates = members.candidates
        var votes: [String: Int] = [:]
        for member in members.values {
            if let name = member.vote(among: candidates) { votes[name, default: 0] += 1 }
        }
        guard let most = votes.values.max() else { return nil }
        let best = Set(votes.filter { $0.value == most }.keys)
        return leaderID.flatMap { members[$0] }?.vote(among: best) ?? best.min()
    }

    /// The topics that all members read; nil if that cannot be known.
    private func readSubscriptions() -> Set<String>? {
        guard !members.isEmpty else { return [] }
        guard protocolType == ConsumerSubscription.protocolType, let protocolName else {
            return nil
        }
        var topics: Set<String> = []
        for member in members.values {
            guard
                let subscription = ConsumerSubscription(
                    parsing: member.metadata(of: protocolName).rawSpan)
            else { return nil }
            topics.formUnion(subscription.topics)
        }
        return topics
    }
}
