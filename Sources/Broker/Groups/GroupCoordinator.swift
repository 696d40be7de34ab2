import Bytes
import CommitLog
package import Platform
import Synchronization

/// Consumer groups: performs what ``GroupState`` decides, and answers those who wait.
///
/// Thread-safe; nothing waits. Answers are called once, on the thread of the event that makes them
/// ready, outside of the lock.
package final class GroupCoordinator: Sendable {
    typealias JoinAnswer = @Sendable (Result<JoinedGroup, GroupError>) -> Void
    typealias SyncAnswer = @Sendable (Result<SyncedGroup, GroupError>) -> Void

    /// Tells a caller what there is to tell.
    typealias Call = @Sendable () -> Void

    /// Who is called.
    enum Caller {
        case join(JoinAnswer)
        case sync(SyncAnswer)
    }
    struct Directory {
        var groups: [String: GroupSlot] = [:]
        /// Commits of positions that are on their way to the disk, by group.
        var commits: [String: Int] = [:]
        var callers: [GroupToken: Caller] = [:]
        var nextToken: UInt64 = 0
        /// What the members of all groups take in memory, about.
        var byteCount = 0
        /// Nothing happens by time alone before it.
        var deadline: MonotonicInstant?
        /// Callers do not wait any more.
        var isStopped = false
    }
    let log: CommitLog
    let settings: GroupSettings
    let clock: any Clock
    private let randomness: any Randomness
    /// Guards the groups and who waits; inside, only the log's state, its queue and the catalogue of
    /// topics are looked at, which are leaves.
    let directory = Mutex(Directory())

    /// Knows the groups that the log knows, without their members: these join again.
    init(
        _ log: CommitLog, settings: GroupSettings, clock: any Clock,
        randomness: any Randomness = SystemRandomness()
    ) throws(BrokerError) {
        self.log = log
        self.settings = settings
        self.clock = clock
        self.randomness = randomness
        var groups: [String: GroupSlot] = [:]
        for entry in log.entries(table: StateTable.groups.rawValue) {
            let name = StateKey.name(entry.key)
            guard let record = GroupRecord(decoding: entry.value) else {
                throw .damagedState(table: "group", key: name)
            }
            var slot = GroupSlot(
                state: GroupState(name, settings, protocolType: record.protocolType),
                emptySince: record.emptySince ?? clock.wallMilliseconds, recorded: record)
            if record.isConsumer { slot.becomeConsumer() }
            groups[name] = slot
        }
        let known = groups
        directory.withLock { $0.groups = known }
    }

    // MARK: Requests of members

    /// A member joins; answered when the group's next generation begins, or with a refusal.
    ///
    /// - Returns: to be given to ``cancel(_:)`` when the caller does not wait any more.
    @discardableResult
    package func join(
        _ join: GroupJoin,
        answer: @escaping @Sendable (Result<JoinedGroup, GroupError>) -> Void
    ) -> GroupToken {
        let now = clock.monotonic
        let freshID = join.memberID.isEmpty ? makeMemberID(join) : ""
        return register(.join(answer), join.group) { directory, token throws(GroupError) in
            try self.check(join)
            try directory.checkRoom(for: join.byteCount)
            guard !directory.isStopped else { throw .cancelled }
            if directory.groups[join.group] == nil {
                guard join.memberID.isEmpty else { throw .unknownMember }
                try self.addGroup(join.group, &directory)
            }
            guard directory.groups[join.group]?.consumer?.isEmpty ?? true else {
                throw .inconsistentProtocol
            }
            directory.groups[join.group]?.perform { $0.becomeClassic() }
            directory.groups[join.group]?.state.join(join, freshID: freshID, token, now: now)
        }
    }

    /// A member asks for its assignment; answered when the leader has brought it.
    ///
    /// - Returns: as for ``join(_:answer:)``.
    @discardableResult
    package func sync(
        _ sync: GroupSync,
        answer: @escaping @Sendable (Result<SyncedGroup, GroupError>) -> Void
    ) -> GroupToken {
        let now = clock.monotonic
        return register(.sync(answer), sync.group) { directory, token throws(GroupError) in
            try Self.check(sync.group)
            guard !directory.isStopped else { throw .cancelled }
            guard directory.groups[sync.group] != nil else { throw .unknownMember }
            directory.groups[sync.group]?.state.sync(sync, token, now: now)
        }
    }

    /// The caller does not wait any more: it is answered with `.cancelled` if it was not answered
    /// yet.
    package func cancel(_ token: GroupToken) {
        let now = clock.monotonic
        change(token.group) { $0.cancel(token, now: now) }
    }

    /// A member lives.
    package func heartbeat(
        _ group: String, _ member: MemberIdentity, generation: Int32
    ) throws(GroupError) {
        try Self.check(group)
        let now = clock.monotonic
        let result = change(group) { state in
            Result { () throws(GroupError) in
                try state.heartbeat(member, generation: generation, now: now)
            }
        }
        guard let result else { throw .unknownMember }
        try result.get()
    }

    /// Members go; what becomes of each, in order.
    package func leave(
        _ group: String, _ members: [MemberIdentity]
    ) throws(GroupError) -> [Result<Void, GroupError>] {
        try Self.check(group)
        let now = clock.monotonic
        let results = change(group) { state in
            members.map { member in
                Result { () throws(GroupError) in try state.leave(member, now: now) }
            }
        }
        return results ?? members.map { _ in .failure(.unknownMember) }
    }

    /// Does what has become due: sessions and rebalances that end.
    ///
    /// To be called every 100 milliseconds or so.
    ///
    /// - Returns: when something may become due next; nil if nothing is awaited.
    @discardableResult
    package func tick() -> MonotonicInstant? {
        let now = clock.monotonic
        let (calls, next) = directory.withLock { directory -> ([Call], MonotonicInstant?) in
            guard let deadline = directory.deadline, deadline <= now else {
                return ([], directory.deadline)
            }
            directory.deadline = nil
            var calls: [Call] = []
            for name in directory.groups.keys {
                calls += changeSlot(name, &directory) { $0.tick(now: now) }.calls
            }
            return (calls, directory.deadline)
        }
        for call in calls { call() }
        return next
    }

    /// Answers all who wait, and who come from now on, with `.cancelled`: the server stops.
    package func stop() {
        let callers = directory.withLock { directory in
            directory.isStopped = true
            return Array(directory.callers.keys)
        }
        for token in callers { cancel(token) }
    }

    // MARK: Parts

    /// Whether a group with members may have this name.
    package static func isValid(_ group: String) -> Bool {
        (1...BrokerLimits.groupIDByteCountMax).contains(group.utf8.count)
    }

    static func check(_ group: String) throws(GroupError) {
        guard isValid(group) else { throw .invalidGroupID }
    }

    private func check(_ join: GroupJoin) throws(GroupError) {
        try Self.check(join.group)
        guard join.sessionTimeout >= settings.sessionTimeoutMin,
            join.sessionTimeout <= settings.sessionTimeoutMax
        else {
            throw .invalidSessionTimeout(
                milliseconds: join.sessionTimeout.wholeMilliseconds,
                least: settings.sessionTimeoutMin.wholeMilliseconds,
                most: settings.sessionTimeoutMax.wholeMilliseconds)
        }
        let lengths = [
            ("length of the instance id", join.instanceID?.utf8.count ?? 0),
            ("length of the client's name", join.clientID.utf8.count),
            ("length of the protocol type", join.protocolType.utf8.count),
        ]
        for (name, found) in lengths where found > BrokerLimits.groupTextByteCountMax {
            throw .limit(name: name, found: found, limit: BrokerLimits.groupTextByteCountMax)
        }
        guard join.protocols.count <= BrokerLimits.groupProtocolCountMax else {
            throw .limit(
                name: "number of a member's protocols", found: join.protocols.count,
                limit: BrokerLimits.groupProtocolCountMax)
        }
    }

    func addGroup(_ name: String, _ directory: inout Directory) throws(GroupError) {
        guard directory.groups.count < BrokerLimits.groupCountMax else {
            throw .limit(
                name: "number of groups", found: directory.groups.count + 1,
                limit: BrokerLimits.groupCountMax)
        }
        directory.groups[name] = GroupSlot(
            state: GroupState(name, settings), emptySince: clock.wallMilliseconds)
    }

    /// The client's or the static member's name, so that people know whose it is, and a random UUID.
    private func makeMemberID(_ join: GroupJoin) -> String {
        (join.instanceID ?? join.clientID) + "-" + makeUUID()
    }

    func makeUUID() -> String {
        let digits = [randomness.next(), randomness.next()].map { number in
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var parts: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// Registers a caller, lets `begin` hand its token to a group, and calls whom that answers.
    private func register(
        _ caller: Caller, _ group: String,
        _ begin: (inout Directory, GroupToken) throws(GroupError) -> Void
    ) -> GroupToken {
        let (token, calls) = directory.withLock { directory -> (GroupToken, [Call]) in
            let token = GroupToken(group: group, number: directory.nextToken)
            directory.nextToken += 1
            let before = directory.groups[group]?.byteCount ?? 0
            directory.callers[token] = caller
            do throws(GroupError) {
                try begin(&directory, token)
                return (token, settle(group, byteCount: before, &directory))
            } catch {
                directory.callers[token] = nil
                return (token, [caller.refusal(error)])
            }
        }
        for call in calls { call() }
        return token
    }

    /// Changes a group that is known; nil if it is not.
    @discardableResult
    func change<Value: Sendable>(
        _ group: String, _ body: (inout GroupState) -> Value
    ) -> Value? {
        let (value, calls) = directory.withLock { change(group, &$0, body) }
        for call in calls { call() }
        return value
    }

    /// The same under the lock.
    ///
    /// - Returns: the value, nil if the group is not known, and whom to call outside of the lock.
    func change<Value: Sendable>(
        _ group: String, _ directory: inout Directory, _ body: (inout GroupState) -> Value
    ) -> (value: Value?, calls: [Call]) {
        changeSlot(group, &directory) { body(&$0.state) }
    }

    /// The same with the whole of what is known of the group.
    func changeSlot<Value: Sendable>(
        _ group: String, _ directory: inout Directory, _ body: (inout GroupSlot) -> Value
    ) -> (value: Value?, calls: [Call]) {
        let before = directory.groups[group]?.byteCount ?? 0
        guard let value = directory.groups[group]?.perform(body) else { return (nil, []) }
        return (value, settle(group, byteCount: before, &directory))
    }

    /// Takes note of a change of a group.
    ///
    /// - Returns: whom to call.
    private func settle(
        _ group: String, byteCount before: Int, _ directory: inout Directory
    ) -> [Call] {
        guard let answers = directory.groups[group]?.perform({ $0.state.takeAnswers() }),
            let slot = directory.groups[group]
        else { return [] }
        directory.byteCount += slot.byteCount - before
        if let next = slot.deadline {
            directory.deadline = directory.deadline.map { min($0, next) } ?? next
        }
        record(group, &directory)
        if slot.isUnused, slot.record == nil { directory.groups[group] = nil }
        return answers.map { answer in
            switch (directory.callers.removeValue(forKey: answer.token), answer) {
            case (.join(let call), .joined(_, let result)): { call(result) }
            case (.sync(let call), .synced(_, let result)): { call(result) }
            case (nil, _), (.join, .synced), (.sync, .joined):
                preconditionFailure("\(answer.token) is answered twice, or in the wrong way")
            }
        }
    }

    /// Has the log say whether a group has members.
    ///
    /// Nobody waits for it, and it need not outlive a loss of power by itself: positions that are
    /// committed later are behind it in the log.
    private func record(_ group: String, _ directory: inout Directory) {
        directory.groups[group]?.perform { slot in
            let isEmpty = slot.isEmpty
            let isKnown = slot.recorded.map { ($0.emptySince != nil) == isEmpty } ?? false
            if isKnown { return }
            if isEmpty { slot.emptySince = clock.wallMilliseconds }
            guard let record = slot.record else { return }
            let entry = FrameEntry.put(
                table: StateTable.groups.rawValue, key: StateKey.make(group),
                value: record.encoded())
            // What cannot be written now is for the next change.
            if submit([entry], durability: .os, answer: { _ in }) == nil { slot.recorded = record }
        }
    }

    /// Offers changes to the log's writer; never waits.
    ///
    /// - Returns: why they were not taken; `answer` is not called then.
    func submit(
        _ entries: [FrameEntry], durability: Durability? = nil,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) -> GroupError? {
        do throws(AppendError) {
            let append = try log.prepare(
                FrameContent(entries), durability: durability, answer: answer)
            return try log.trySubmit(append, hasWaited: true) == .full ? .busy : nil
        } catch {
            return .storage(error)
        }
    }
}

extension GroupCoordinator.Caller {
    func refusal(_ error: GroupError) -> GroupCoordinator.Call {
        switch self {
        case .join(let answer): { answer(.failure(error)) }
        case .sync(let answer): { answer(.failure(error)) }
        }
    }
}

extension GroupCoordinator.Directory {
    func checkRoom(for count: Int) throws(GroupError) {
        let found = byteCount + count
        guard found <= BrokerLimits.groupsByteCountMax else {
            throw .limit(
                name: "size of all groups in bytes", found: found,
                limit: BrokerLimits.groupsByteCountMax)
        }
    }
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
