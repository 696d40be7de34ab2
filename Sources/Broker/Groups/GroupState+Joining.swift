import Platform

/// Joins: new members, members that come again, static members that take their places over.
extension GroupState {
    /// How long a new member waits for a rebalance: Kafka's constant, since a client that has gone
    /// meanwhile cannot always be told from one that waits.
    static let newMemberWait = Duration.seconds(5 * 60)

    /// A member wants to be part of the next generation; answered by `token`.
    ///
    /// `freshID` becomes the member's id if it has none.
    mutating func join(
        _ join: GroupJoin, freshID: String, _ token: GroupToken, now: MonotonicInstant
    ) {
        do throws(GroupError) {
            try checkRoom(for: join)
            try checkProtocols(of: join)
            if join.memberID.isEmpty {
                try joinAnew(join, freshID, token, now)
            } else {
                try joinAgain(join, token, now)
            }
        } catch {
            answer(token, Result<JoinedGroup, GroupError>.failure(error))
        }
        completeJoinIfAllJoined(now: now)
    }

    /// As in Kafka, a member may come during a rebalance as long as fewer than the limit have
    /// joined: it may be the successor of one that will not.
    private mutating func checkRoom(for join: GroupJoin) throws(GroupError) {
        let limit = settings.memberCountMax
        let member = members[join.memberID]
        let isAccepted =
            switch phase {
            case .empty: true
            case .preparingRebalance:
                member?.joining != nil
                    || members.joiningCount < limit
                        && (member != nil || members.count < 2 * limit)
            case .completingRebalance, .stable: member != nil || members.count < limit
            }
        guard isAccepted else {
            if member == nil { pending[join.memberID] = nil }
            throw .groupFull(limit: limit)
        }
        let found = members.byteCount + join.byteCount - (member?.byteCount ?? 0)
        guard found <= BrokerLimits.groupByteCountMax else {
            throw .limit(
                name: "size of the group in bytes", found: found,
                limit: BrokerLimits.groupByteCountMax)
        }
    }

    private func checkProtocols(of join: GroupJoin) throws(GroupError) {
        guard !join.protocolType.isEmpty, !join.protocols.isEmpty else {
            throw .inconsistentProtocol
        }
        if phase == .empty { return }
        guard join.protocolType == protocolType, members.support(oneOf: join.protocols) else {
            throw .inconsistentProtocol
        }
    }

    private mutating func joinAnew(
        _ join: GroupJoin, _ freshID: String, _ token: GroupToken, _ now: MonotonicInstant
    ) throws(GroupError) {
        if let instanceID = join.instanceID {
            if let known = members.id(ofInstance: instanceID) {
                return takeOver(known, join, freshID, token, now)
            }
            return add(join, freshID, knowsID: false, token, now)
        }
        guard join.requiresKnownMemberID else {
            return add(join, freshID, knowsID: false, token, now)
        }
        guard pending.count < settings.memberCountMax else {
            throw .groupFull(limit: settings.memberCountMax)
        }
        let end = now.advanced(by: join.sessionTimeout)
        pending[freshID] = end
        note(end)
        throw .memberIDRequired(freshID)
    }

    private mutating func joinAgain(
        _ join: GroupJoin, _ token: GroupToken, _ now: MonotonicInstant
    ) throws(GroupError) {
        let id = join.memberID
        if pending[id] != nil {
            // Only dynamic members are given an id first.
            guard join.instanceID == nil else { throw .unknownMember }
            pending[id] = nil
            return add(join, id, knowsID: true, token, now)
        }
        try check(MemberIdentity(memberID: id, instanceID: join.instanceID))
        guard let member = members[id] else { throw .unknownMember }
        let isSame = member.protocols == join.protocols
        switch phase {
        case .empty: throw .unknownMember
        case .preparingRebalance: rejoin(id, join, token)
        case .completingRebalance where isSame, .stable where isSame && id != leaderID:
            // It may not have received the first answer.
            extendSession(of: id, now: now)
            answer(token, .success(joined(id)))
        case .completingRebalance, .stable:
            // Also the leader: what it watches may have changed without its metadata.
            rejoin(id, join, token)
            prepareRebalance(now: now)
        }
    }

    private mutating func add(
        _ join: GroupJoin, _ id: String, knowsID: Bool, _ token: GroupToken,
        _ now: MonotonicInstant
    ) {
        if members.isEmpty { protocolType = join.protocolType }
        let end = now.advanced(by: Self.newMemberWait)
        members.add(join, id: id, knowsID: knowsID, joining: token, sessionEnd: end)
        note(end)
        if leaderID == nil { setLeader(id) }
        preparation?.hasGrown = true
        if phase != .preparingRebalance { prepareRebalance(now: now) }
    }

    private mutating func rejoin(_ id: String, _ join: GroupJoin, _ token: GroupToken) {
        if let before = members.rejoin(id, join, token) {
            answer(before, Result<JoinedGroup, GroupError>.failure(.rebalanceInProgress))
        }
    }

    /// A process with the instance id of a member takes its place: whoever waits in the old one's
    /// name is fenced, the assignment stays if the protocol stays (KIP-345).
    private mutating func takeOver(
        _ oldID: String, _ join: GroupJoin, _ newID: String, _ token: GroupToken,
        _ now: MonotonicInstant
    ) {
        let leaderBefore = leaderID ?? ""
        if let waiting = members.takeJoining(oldID) {
            answer(waiting, Result<JoinedGroup, GroupError>.failure(.fencedInstance))
        }
        answerSync(of: oldID, .fencedInstance, now: now)
        members.replace(oldID, by: newID)
        if leaderID == oldID { setLeader(newID) }
        members.update(newID) { member in
            member.clientID = join.clientID
            member.clientHost = join.clientHost
        }
        rejoin(newID, join, token)
        extendSession(of: newID, now: now)
        switch phase {
        case .empty: preconditionFailure("an empty group has a static member")
        case .preparingRebalance: return
        case .completingRebalance: prepareRebalance(now: now)
        case .stable where selectProtocol() != protocolName: prepareRebalance(now: now)
        case .stable:
            _ = members.takeJoining(newID)
            answer(token, .success(joined(newID, leader: leaderBefore, join.canSkipAssignment)))
        }
    }

    /// The answer to a static member that has taken a place over in a stable group.
    ///
    /// A leader that understands it is told to leave the assignment alone. Others are told the old
    /// leader's id, so that they do not take themselves for the leader: a stable group would not
    /// take their assignment (KIP-814).
    private func joined(
        _ id: String, leader: String, _ canSkipAssignment: Bool
    ) -> JoinedGroup {
        guard canSkipAssignment else {
            return JoinedGroup(
                generation: generation, protocolType: protocolType, protocolName: protocolName,
                leaderID: leader, memberID: id)
        }
        var answer = joined(id)
        answer.skipsAssignment = id == leaderID
        return answer
    }

    /// The present generation, as a member is told of it.
    func joined(_ id: String) -> JoinedGroup {
        JoinedGroup(
            generation: generation, protocolType: protocolType, protocolName: protocolName,
            leaderID: leaderID ?? "", memberID: id, members: id == leaderID ? described() : [])
    }

    private func described() -> [JoinedGroup.Member] {
        members.all.map {
            JoinedGroup.Member(
                id: $0.id, instanceID: $0.instanceID, metadata: $0.metadata(of: protocolName))
        }
    }
}

extension GroupJoin {
    /// What the member takes in memory, about.
    var byteCount: Int {
        clientID.utf8.count * 2 + clientHost.utf8.count
            + protocols.reduce(0) { $0 + $1.metadata.count + $1.name.utf8.count }
    }
}
