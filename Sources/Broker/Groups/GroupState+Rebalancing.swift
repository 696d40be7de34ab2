import Platform

/// Rebalances: who is in the next generation, and what time ends.
extension GroupState {
    /// How long the first members of a group wait for others that were given an id.
    static let pendingWait = Duration.seconds(3)

    /// Members are to join again.
    mutating func prepareRebalance(now: MonotonicInstant) {
        precondition(phase != .preparingRebalance, "a rebalance begins during another")
        if phase == .completingRebalance {
            for id in members.ids {
                members.update(id) { $0.assignment = [] }
                answerSync(of: id, .rebalanceInProgress, now: now)
            }
        }
        members.updateAll { $0.owesSync = false }
        setSyncEnd(nil)
        let timeout = members.rebalanceTimeout
        let delay = settings.initialRebalanceDelay
        let waitsForMore = phase == .empty && delay > .zero
        // Nobody of an empty group has to join again: only ids that were just given out are waited
        // for, and not for long, since some clients never come back with theirs.
        let wait = phase == .empty ? min(timeout, Self.pendingWait) : timeout
        let end = now.advanced(by: waitsForMore ? delay : wait)
        preparation = Preparation(
            end: end, delayLeft: waitsForMore ? max(timeout - delay, .zero) : nil)
        note(end)
        phase = .preparingRebalance
        completeJoinIfAllJoined(now: now)
    }

    /// Ends the joining if nobody is missing.
    mutating func completeJoinIfAllJoined(now: MonotonicInstant) {
        guard phase == .preparingRebalance, preparation?.delayLeft == nil, pending.isEmpty,
            members.joiningCount == members.count
        else { return }
        completeJoin(now: now)
    }

    /// The next generation begins with those that have joined, and with the static members.
    private mutating func completeJoin(now: MonotonicInstant) {
        for member in members.all where member.joining == nil && !member.isStatic {
            members.remove(member.id)
        }
        let joined = members.all.filter { $0.joining != nil }
        if leaderID.flatMap({ members[$0] })?.joining == nil {
            guard !joined.isEmpty || members.isEmpty else {
                // Only static members, none of which has come back: until their sessions end.
                let end = now.advanced(by: members.rebalanceTimeout)
                preparation = Preparation(end: end)
                return note(end)
            }
            setLeader(joined.first?.id)
        }
        beginGeneration()
        for member in joined {
            members.update(member.id) { member in
                member.isNew = false
                member.owesSync = true
            }
            if let token = members.takeJoining(member.id) {
                answer(token, .success(self.joined(member.id)))
            }
            extendSession(of: member.id, now: now)
        }
        setSyncEnd(joined.isEmpty ? nil : now.advanced(by: members.rebalanceTimeout))
    }

    /// Takes a member out, whatever it waits for.
    mutating func remove(_ id: String, now: MonotonicInstant) {
        guard let member = members.remove(id) else { return }
        let refusal = GroupError.unknownMember
        if let token = member.joining {
            answer(token, Result<JoinedGroup, GroupError>.failure(refusal))
        }
        if let token = member.syncing {
            answer(token, Result<SyncedGroup, GroupError>.failure(refusal))
        }
        if leaderID == id { setLeader(members.all.first?.id) }
        switch phase {
        case .empty: return
        case .completingRebalance, .stable: prepareRebalance(now: now)
        case .preparingRebalance: completeJoinIfAllJoined(now: now)
        }
    }

    /// Does what has become due; O(members).
    ///
    /// - Returns: when it is to be called again at the latest; nil if nothing is awaited.
    mutating func tick(now: MonotonicInstant) -> MonotonicInstant? {
        guard let deadline, deadline <= now else { return deadline }
        expire(now: now)
        expirePreparation(now: now)
        expireSync(now: now)
        settleDeadline()
        return self.deadline
    }

    private mutating func expire(now: MonotonicInstant) {
        let failed = members.all.filter { $0.deadline.map { $0 <= now } ?? false }.map(\.id)
        let count = pending.count
        pending = pending.filter { $0.value > now }
        for id in failed {
            // The removal of one may have ended what another waited for.
            guard let end = members[id]?.deadline, end <= now else { continue }
            remove(id, now: now)
        }
        if pending.count < count { completeJoinIfAllJoined(now: now) }
    }

    private mutating func expirePreparation(now: MonotonicInstant) {
        guard let running = preparation, running.end <= now else { return }
        if let left = running.delayLeft, left > .zero, running.hasGrown {
            let delay = min(settings.initialRebalanceDelay, left)
            let end = now.advanced(by: delay)
            preparation = Preparation(end: end, delayLeft: left - delay)
            return note(end)
        }
        completeJoin(now: now)
    }

    /// Members that have not asked for their assignments in time are out.
    private mutating func expireSync(now: MonotonicInstant) {
        guard let end = syncEnd, end <= now else { return }
        setSyncEnd(nil)
        let silent = members.all.filter(\.owesSync)
        guard !silent.isEmpty else { return }
        for member in silent {
            members.remove(member.id)
            if leaderID == member.id { setLeader(members.all.first?.id) }
        }
        prepareRebalance(now: now)
    }
}
