import Platform

/// The members of one consumer group and the agreement between them: Kafka's classic protocol as a
/// state machine, without clock or I/O.
///
/// Each event takes *now* and adds to `effects` the answers that it gives; the caller calls them when
/// it holds no lock. Every join and sync is answered exactly once.
struct GroupState: Sendable {
    typealias Effect = @Sendable () -> Void

    /// Where the agreement stands.
    enum Phase: Equatable, Sendable {
        case empty
        /// Members join until all have, or until the deadline.
        case preparing(until: MonotonicInstant)
        /// The leader assigns until the deadline.
        case completing(until: MonotonicInstant)
        case stable
    }

    let name: String
    let settings: GroupSettings
    private(set) var phase = Phase.empty
    private(set) var generation: Int32 = 0
    private(set) var protocolType: String?
    private(set) var protocolName: String?
    private(set) var leader: String?
    /// In the order in which they came.
    private(set) var members: [GroupMember] = []
    /// Identities that were given to members which have not joined with them yet.
    private(set) var pending: [String: MonotonicInstant] = [:]
    /// When the last member left.
    private(set) var emptySince: MonotonicInstant?
    var effects: [Effect] = []

    init(name: String, settings: GroupSettings) {
        self.name = name
        self.settings = settings
    }

    // MARK: Joining

    /// A member joins; `newID` is the identity that it gets if it has none.
    mutating func join(
        _ request: JoinRequest, newID: String, now: MonotonicInstant,
        answer: @escaping GroupMember.JoinAnswer
    ) {
        if let problem = refusal(of: request) {
            return effects.append { answer(.failure(problem)) }
        }
        if request.memberID.isEmpty {
            joinNew(request, newID: newID, now: now, answer: answer)
        } else {
            joinAgain(request, now: now, answer: answer)
        }
    }

    private func refusal(of request: JoinRequest) -> GroupError? {
        guard !request.protocols.isEmpty, !request.protocolType.isEmpty else {
            return .inconsistentProtocol
        }
        let others = members.filter {
            $0.id != request.memberID
                && ($0.request.instanceID == nil || $0.request.instanceID != request.instanceID)
        }
        if let protocolType, !others.isEmpty, protocolType != request.protocolType {
            return .inconsistentProtocol
        }
        let isUnderstood = request.protocols.contains { offered in
            others.allSatisfy { $0.metadata(of: offered.name) != nil }
        }
        if !isUnderstood { return .inconsistentProtocol }
        let isKnown = members.contains { $0.id == request.memberID }
        let count = members.count + pending.count
        return !isKnown && pending[request.memberID] == nil && count >= GroupLimits.memberCountMax
            ? .groupMaxSizeReached : nil
    }

    private mutating func joinNew(
        _ request: JoinRequest, newID: String, now: MonotonicInstant,
        answer: @escaping GroupMember.JoinAnswer
    ) {
        if let instance = request.instanceID {
            if let index = members.firstIndex(where: { $0.request.instanceID == instance }) {
                return replaceStatic(index, request, newID: newID, now: now, answer: answer)
            }
        } else if request.takesIdentityFirst {
            pending[newID] = now.advanced(by: request.sessionTimeout)
            return effects.append { answer(.failure(.memberIDRequired(newID))) }
        }
        add(newID, request, now: now, answer: answer)
    }

    private mutating func joinAgain(
        _ request: JoinRequest, now: MonotonicInstant, answer: @escaping GroupMember.JoinAnswer
    ) {
        if pending.removeValue(forKey: request.memberID) != nil {
            return add(request.memberID, request, now: now, answer: answer)
        }
        let index: Int
        switch find(request.memberID, request.instanceID) {
        case .success(let found): index = found
        case .failure(let problem): return effects.append { answer(.failure(problem)) }
        }
        let isUnchanged = members[index].request.protocols == request.protocols
        switch phase {
        case .completing where isUnchanged:
            members[index].isAlive(at: now)
            giveGeneration(to: index, answer)
        case .stable where isUnchanged && members[index].id != leader:
            members[index].isAlive(at: now)
            giveGeneration(to: index, answer)
        case .empty, .preparing, .completing, .stable:
            update(index, request, now: now, answer: answer)
            rebalance(now: now)
        }
    }

    private mutating func add(
        _ id: String, _ request: JoinRequest, now: MonotonicInstant,
        answer: @escaping GroupMember.JoinAnswer
    ) {
        var member = GroupMember(id: id, request: request, deadline: now, join: answer)
        member.isAlive(at: now)
        members.append(member)
        if members.count == 1 { protocolType = request.protocolType }
        emptySince = nil
        rebalance(now: now)
    }

    /// A static member that was started again takes its own place (KIP-345): without a rebalance if
    /// the agreement stands.
    private mutating func replaceStatic(
        _ index: Int, _ request: JoinRequest, newID: String, now: MonotonicInstant,
        answer: @escaping GroupMember.JoinAnswer
    ) {
        let oldID = members[index].id
        let wasLeader = leader == oldID
        answerWaiting(index, .fencedInstance)
        members[index].id = newID
        if wasLeader { leader = newID }
        let chosenBefore = protocolName
        members[index].request = request
        members[index].isAlive(at: now)
        guard phase == .stable, let chosenBefore, chooseProtocol() == chosenBefore else {
            members[index].join = answer
            return rebalance(now: now)
        }
        var result = joinResult(for: index)
        if wasLeader, request.knowsSkippedAssignment {
            result = JoinResult(
                generation: result.generation, protocolType: result.protocolType,
                protocolName: result.protocolName, leader: newID, memberID: newID,
                members: memberList(), skipsAssignment: true)
        } else if wasLeader {
            // An older client assigns if it finds itself the leader: it is told the one it was.
            result = JoinResult(
                generation: result.generation, protocolType: result.protocolType,
                protocolName: result.protocolName, leader: oldID, memberID: newID, members: [],
                skipsAssignment: false)
        }
        let answered = result
        effects.append { answer(.success(answered)) }
    }

    private mutating func update(
        _ index: Int, _ request: JoinRequest, now: MonotonicInstant,
        answer: @escaping GroupMember.JoinAnswer
    ) {
        // A member that asks twice has given up the first answer.
        if let before = members[index].join {
            effects.append { before(.failure(.rebalanceInProgress)) }
        }
        members[index].request = request
        members[index].join = answer
        members[index].isAlive(at: now)
    }

    // MARK: Rebalancing

    /// Calls all members to join again.
    private mutating func rebalance(now: MonotonicInstant) {
        if case .preparing = phase { return completeIfAllJoined(now: now) }
        let isFirst = phase == .empty
        for index in members.indices {
            members[index].assignment = []
            if let sync = members[index].sync {
                members[index].sync = nil
                members[index].isAlive(at: now)
                effects.append { sync(.failure(.rebalanceInProgress)) }
            }
        }
        let patience = isFirst ? settings.initialRebalanceDelay : rebalanceTimeout
        phase = .preparing(until: now.advanced(by: patience))
        if !isFirst || settings.initialRebalanceDelay == .zero { completeIfAllJoined(now: now) }
    }

    private var rebalanceTimeout: Duration {
        members.map(\.request.rebalanceTimeout).max() ?? .zero
    }

    private mutating func completeIfAllJoined(now: MonotonicInstant) {
        guard case .preparing(let deadline) = phase, pending.isEmpty,
            members.allSatisfy({ $0.join != nil })
        else { return }
        // The time in which a new group gathers its members is waited for.
        if generation == 0, !members.isEmpty, settings.initialRebalanceDelay > .zero,
            now < deadline
        {
            return
        }
        complete(now: now)
    }

    /// Begins the next generation with those that have joined.
    private mutating func complete(now: MonotonicInstant) {
        // Static members keep their place until their session ends.
        members.removeAll { $0.join == nil && !$0.isStatic }
        guard !members.isEmpty else { return becomeEmpty(now: now) }
        guard members.contains(where: { $0.join != nil }) else {
            phase = .preparing(until: now.advanced(by: rebalanceTimeout))
            return
        }
        generation = generation == .max ? 1 : generation + 1
        protocolName = chooseProtocol()
        if !members.contains(where: { $0.id == leader && $0.join != nil }) {
            leader = members.first { $0.join != nil }?.id
        }
        phase = .completing(until: now.advanced(by: rebalanceTimeout))
        for index in members.indices {
            members[index].hasSynced = false
            members[index].isAlive(at: now)
            guard let join = members[index].join else { continue }
            members[index].join = nil
            giveGeneration(to: index, join)
        }
    }

    private mutating func becomeEmpty(now: MonotonicInstant) {
        if phase != .empty { generation = generation == .max ? 1 : generation + 1 }
        (phase, leader, protocolName, protocolType) = (.empty, nil, nil, nil)
        emptySince = now
    }

    /// The protocol that all know and most prefer.
    private func chooseProtocol() -> String? {
        let candidates =
            members.first?.request.protocols.map(\.name).filter { name in
                members.allSatisfy { $0.metadata(of: name) != nil }
            } ?? []
        var votes: [String: Int] = [:]
        for member in members {
            let vote = member.request.protocols.first { candidates.contains($0.name) }
            if let vote { votes[vote.name, default: 0] += 1 }
        }
        // Of equals the first member's favourite: the result depends on nothing else.
        return candidates.reduce(nil as String?) { best, name in
            guard let best else { return name }
            return votes[name, default: 0] > votes[best, default: 0] ? name : best
        }
    }

    private func memberList() -> [JoinResult.Member] {
        members.map {
            JoinResult.Member(
                id: $0.id, instanceID: $0.request.instanceID,
                metadata: protocolName.flatMap($0.metadata) ?? [])
        }
    }

    private func joinResult(for index: Int) -> JoinResult {
        let isLeader = members[index].id == leader
        return JoinResult(
            generation: generation, protocolType: protocolType ?? "",
            protocolName: protocolName ?? "", leader: leader ?? "", memberID: members[index].id,
            members: isLeader ? memberList() : [], skipsAssignment: false)
    }

    private mutating func giveGeneration(
        to index: Int, _ answer: @escaping GroupMember.JoinAnswer
    ) {
        let result = joinResult(for: index)
        effects.append { answer(.success(result)) }
    }

    // MARK: Assignments

    /// A member asks for its assignment; the leader brings all of them.
    mutating func sync(
        _ identity: MemberIdentity, protocolType: String?, protocolName: String?,
        assignments: [String: [UInt8]], now: MonotonicInstant,
        answer: @escaping GroupMember.SyncAnswer
    ) {
        let index: Int
        switch check(identity) {
        case .success(let found): index = found
        case .failure(let problem): return effects.append { answer(.failure(problem)) }
        }
        if protocolType.map({ $0 != self.protocolType }) ?? false
            || protocolName.map({ $0 != self.protocolName }) ?? false
        {
            return effects.append { answer(.failure(.inconsistentProtocol)) }
        }
        members[index].isAlive(at: now)
        switch phase {
        case .empty: effects.append { answer(.failure(.unknownMember)) }
        case .preparing: effects.append { answer(.failure(.rebalanceInProgress)) }
        case .stable:
            members[index].hasSynced = true
            giveAssignment(to: index, answer)
        case .completing:
            if let before = members[index].sync {
                effects.append { before(.failure(.rebalanceInProgress)) }
            }
            members[index].sync = answer
            members[index].hasSynced = true
            guard members[index].id == leader else { return }
            assign(assignments, now: now)
        }
    }

    private mutating func assign(_ assignments: [String: [UInt8]], now: MonotonicInstant) {
        phase = .stable
        for index in members.indices {
            members[index].assignment = assignments[members[index].id] ?? []
            guard let sync = members[index].sync else { continue }
            members[index].sync = nil
            members[index].isAlive(at: now)
            giveAssignment(to: index, sync)
        }
    }

    private mutating func giveAssignment(
        to index: Int, _ answer: @escaping GroupMember.SyncAnswer
    ) {
        let result = SyncResult(
            protocolType: protocolType ?? "", protocolName: protocolName ?? "",
            assignment: members[index].assignment)
        effects.append { answer(.success(result)) }
    }

    // MARK: Staying and leaving

    /// A member says that it is alive; nil if it goes on as it does.
    mutating func heartbeat(_ identity: MemberIdentity, now: MonotonicInstant) -> GroupError? {
        switch check(identity) {
        case .failure(let problem): return problem
        case .success(let index):
            members[index].isAlive(at: now)
            if case .preparing = phase { return .rebalanceInProgress }
            return nil
        }
    }

    /// Takes a member out: by its identity, a static one by its instance alone.
    mutating func leave(memberID: String, instanceID: String?, now: MonotonicInstant) -> GroupError?
    {
        if pending.removeValue(forKey: memberID) != nil {
            completeIfAllJoined(now: now)
            return nil
        }
        let found: Result<Int, GroupError>
        if memberID.isEmpty, let instanceID {
            let index = members.firstIndex { $0.request.instanceID == instanceID }
            found = index.map { .success($0) } ?? .failure(.unknownMember)
        } else {
            found = find(memberID, instanceID)
        }
        switch found {
        case .failure(let problem): return problem
        case .success(let index):
            remove([members[index].id], now: now)
            return nil
        }
    }

    /// What the passing of time brings.
    mutating func tick(now: MonotonicInstant) {
        let pendingCount = pending.count
        pending = pending.filter { $0.value > now }
        let gone = members.filter { !$0.isWaiting && $0.deadline <= now }.map(\.id)
        if !gone.isEmpty {
            remove(gone, now: now)
        } else if pending.count < pendingCount {
            completeIfAllJoined(now: now)
        }
        switch phase {
        case .preparing(let deadline) where deadline <= now: complete(now: now)
        case .completing(let deadline) where deadline <= now:
            // The leader or others never came for their assignment.
            let late = members.filter { !$0.hasSynced && !$0.isStatic }.map(\.id)
            if late.isEmpty { rebalance(now: now) } else { remove(late, now: now) }
        case .empty, .preparing, .completing, .stable: break
        }
    }

    private mutating func remove(_ ids: [String], now: MonotonicInstant) {
        for id in ids {
            guard let index = members.firstIndex(where: { $0.id == id }) else { continue }
            answerWaiting(index, .unknownMember)
            members.remove(at: index)
            if leader == id { leader = nil }
        }
        if members.isEmpty, pending.isEmpty || phase == .stable {
            return becomeEmpty(now: now)
        }
        rebalance(now: now)
    }

    /// Answers every member that waits, as in a rebalance.
    mutating func answerAllWaiting() {
        for index in members.indices { answerWaiting(index, .rebalanceInProgress) }
    }

    private mutating func answerWaiting(_ index: Int, _ problem: GroupError) {
        if let join = members[index].join { effects.append { join(.failure(problem)) } }
        if let sync = members[index].sync { effects.append { sync(.failure(problem)) } }
        (members[index].join, members[index].sync) = (nil, nil)
    }

    // MARK: Identities

    /// The member's place, if it is of the present generation.
    func check(_ identity: MemberIdentity) -> Result<Int, GroupError> {
        switch find(identity.memberID, identity.instanceID) {
        case .failure(let problem): .failure(problem)
        case .success(let index):
            identity.generation == generation ? .success(index) : .failure(.illegalGeneration)
        }
    }

    private func find(_ memberID: String, _ instanceID: String?) -> Result<Int, GroupError> {
        if let instanceID,
            let index = members.firstIndex(where: { $0.request.instanceID == instanceID })
        {
            return members[index].id == memberID ? .success(index) : .failure(.fencedInstance)
        }
        guard let index = members.firstIndex(where: { $0.id == memberID }) else {
            return .failure(.unknownMember)
        }
        return .success(index)
    }

    /// Whether a member may keep positions now; nil if so.
    ///
    /// Consumers that assign their partitions themselves have neither identity nor generation, and
    /// may as long as there are no members.
    mutating func mayCommit(_ identity: MemberIdentity, now: MonotonicInstant) -> GroupError? {
        if identity.generation < 0, identity.memberID.isEmpty {
            return members.isEmpty ? nil : .unknownMember
        }
        switch check(identity) {
        case .failure(let problem): return problem
        case .success(let index):
            members[index].isAlive(at: now)
            if case .completing = phase { return .rebalanceInProgress }
            return nil
        }
    }
}
