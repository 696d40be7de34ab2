package import Platform
import Synchronization

/// The groups that have members, or have had since the process began.
///
/// Thread-safe; an event holds the lock for the time of a step of ``GroupState``. Answers are called
/// outside of it. What groups have read is in the log (``Broker/groupPositions(_:stream:)``); who
/// their members are is not: after a restart they join again.
package final class GroupCoordinator: Sendable {
    package let settings: GroupSettings
    private let clock: any Clock
    private let randomness: any Randomness
    /// Guards the groups; no lock is taken inside.
    private let groups = Mutex<[String: GroupState]>([:])

    package init(
        settings: GroupSettings = GroupSettings(), clock: any Clock = SystemClock(),
        randomness: any Randomness = SystemRandomness()
    ) {
        self.settings = settings
        self.clock = clock
        self.randomness = randomness
    }

    // MARK: Members

    /// A member joins a group.
    ///
    /// `answer` is called once: when the rebalance is complete, or at once with what is wrong.
    package func join(
        _ group: String, _ request: JoinRequest,
        answer: @escaping @Sendable (Result<JoinResult, GroupError>) -> Void
    ) {
        if let problem = refusal(of: group, request) { return answer(.failure(problem)) }
        let name = request.clientID.isEmpty ? "member" : request.clientID
        let newID = "\(request.instanceID ?? name)-\(uuid())"
        let isTaken = step(group, creates: request.memberID.isEmpty) { state, now in
            state.join(request, newID: newID, now: now, answer: answer)
            return true
        }
        if isTaken == nil {
            answer(.failure(request.memberID.isEmpty ? .limitReached : .unknownMember))
        }
    }

    private func refusal(of group: String, _ request: JoinRequest) -> GroupError? {
        guard Self.isValid(group) else { return .invalidGroupID }
        guard request.sessionTimeout >= settings.sessionTimeoutMin,
            request.sessionTimeout <= settings.sessionTimeoutMax, request.rebalanceTimeout >= .zero
        else { return .invalidSessionTimeout }
        let size = request.protocols.reduce(0) { $0 + $1.metadata.count + $1.name.utf8.count }
        return size > GroupLimits.metadataByteCountMax ? .limitReached : nil
    }

    /// Whether a group may have this name.
    package static func isValid(_ group: String) -> Bool {
        !group.isEmpty && group.utf8.count <= GroupLimits.nameLengthMax
    }

    /// A member asks for its assignment; the leader brings all.
    ///
    /// `answer` is called once: when the leader has assigned, or at once with what is wrong.
    package func sync(
        _ group: String, _ identity: MemberIdentity, protocolType: String?, protocolName: String?,
        assignments: [String: [UInt8]],
        answer: @escaping @Sendable (Result<SyncResult, GroupError>) -> Void
    ) {
        guard assignments.values.allSatisfy({ $0.count <= GroupLimits.metadataByteCountMax }) else {
            return answer(.failure(.limitReached))
        }
        let isTaken = step(group) { state, now in
            state.sync(
                identity, protocolType: protocolType, protocolName: protocolName,
                assignments: assignments, now: now, answer: answer)
            return true
        }
        if isTaken == nil { answer(.failure(.unknownMember)) }
    }

    /// A member says that it is alive; nil if it goes on as it does.
    package func heartbeat(_ group: String, _ identity: MemberIdentity) -> GroupError? {
        step(group) { $0.heartbeat(identity, now: $1) } ?? .unknownMember
    }

    /// Takes a member out of a group; nil if it was in it.
    package func leave(_ group: String, memberID: String, instanceID: String?) -> GroupError? {
        step(group) { $0.leave(memberID: memberID, instanceID: instanceID, now: $1) }
            ?? .unknownMember
    }

    /// Whether a member may keep positions now; nil if so.
    package func mayCommit(_ group: String, _ identity: MemberIdentity) -> GroupError? {
        guard Self.isValid(group) else { return .invalidGroupID }
        let isSimple = identity.generation < 0 && identity.memberID.isEmpty
        return step(group) { $0.mayCommit(identity, now: $1) }
            ?? (isSimple
                ? .none : .some(identity.generation < 0 ? .unknownMember : .illegalGeneration))
    }

    /// Ends the sessions and rebalances whose time is over; to be called every 100 ms or so.
    package func tick() {
        let now = clock.monotonic
        let effects = groups.withLock { groups -> [GroupState.Effect] in
            var effects: [GroupState.Effect] = []
            for name in groups.keys {
                groups[name]?.tick(now: now)
                effects += groups[name]?.takeEffects() ?? []
            }
            return effects
        }
        for effect in effects { effect() }
    }

    /// Answers all that wait, because the server stops; members join again elsewhere or later.
    package func stop() {
        let effects = groups.withLock { groups -> [GroupState.Effect] in
            var effects: [GroupState.Effect] = []
            for name in groups.keys {
                groups[name]?.answerAllWaiting()
                effects += groups[name]?.takeEffects() ?? []
            }
            return effects
        }
        for effect in effects { effect() }
    }

    // MARK: Groups

    /// All groups that are known, by name.
    package func views() -> [GroupView] {
        groups.withLock { $0.values.map(\.view) }.sorted { $0.name < $1.name }
    }

    /// A group; nil if there is none.
    package func view(_ group: String) -> GroupView? { groups.withLock { $0[group]?.view } }

    /// When the group's last member left; nil if it has members, or never had.
    func emptySince(_ group: String) -> MonotonicInstant? {
        groups.withLock { $0[group]?.emptySince }
    }

    /// Whether nobody is in the group.
    package func isEmpty(_ group: String) -> Bool {
        groups.withLock { groups in groups[group].map { $0.members.isEmpty } ?? true }
    }

    /// Forgets a group without members.
    package func forget(_ group: String) -> GroupError? {
        groups.withLock { groups in
            guard let state = groups[group] else { return .groupNotFound }
            guard state.members.isEmpty else { return .nonEmptyGroup }
            groups[group] = nil
            return nil
        }
    }

    /// Takes a step of a group; nil if there is none and `creates` is false, or no room for one.
    private func step<Outcome: Sendable>(
        _ group: String, creates: Bool = false,
        _ body: (inout GroupState, MonotonicInstant) -> Outcome
    ) -> Outcome? {
        let now = clock.monotonic
        let (outcome, effects) = groups.withLock { groups -> (Outcome?, [GroupState.Effect]) in
            if groups[group] == nil {
                guard creates, groups.count < GroupLimits.groupCountMax else { return (nil, []) }
                groups[group] = GroupState(name: group, settings: settings)
            }
            guard var state = groups.removeValue(forKey: group) else { return (nil, []) }
            let outcome = body(&state, now)
            let effects = state.takeEffects()
            groups[group] = state
            return (outcome, effects)
        }
        for effect in effects { effect() }
        return outcome
    }

    private func uuid() -> String {
        let (high, low) = (randomness.next(), randomness.next())
        return String(high, radix: 16) + String(low, radix: 16)
    }
}

extension GroupState {
    /// The answers that the last events gave.
    mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }
}
