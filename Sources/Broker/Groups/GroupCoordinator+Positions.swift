import Bytes
import CommitLog
import Platform
import Synchronization

/// Positions: who may commit them, and when they go.
extension GroupCoordinator {
    /// Makes changes of positions durable if a member may commit now; answered then, or at once with
    /// a refusal.
    ///
    /// The look at the member and the offer to the log are one step, so that a member that is out
    /// cannot overwrite what its successor has committed.
    func commit(
        _ entries: [FrameEntry], of group: String, by member: MemberIdentity, generation: Int32,
        knowsEpochs: Bool = true, answer: @escaping @Sendable (GroupError?) -> Void
    ) {
        do throws(GroupError) {
            if entries.isEmpty {
                try checkCommit(
                    group, member, generation, isTransactional: false, knowsEpochs: knowsEpochs)
                return answer(nil)
            }
            let append = try prepare(entries) { [weak self] result in
                self?.endCommit(of: group)
                if case .failure(let error) = result {
                    answer(.storage(error))
                } else {
                    answer(nil)
                }
            }
            let now = clock.monotonic
            let refusal = directory.withLock { directory -> GroupError? in
                do throws(GroupError) {
                    try directory.checkCommit(
                        group, member, generation, isTransactional: false,
                        knowsEpochs: knowsEpochs, now: now)
                    try self.submit(append)
                    directory.commits[group, default: 0] += 1
                    return nil
                } catch {
                    return error
                }
            }
            if let refusal { throw refusal }
        } catch {
            answer(error)
        }
    }

    /// Whether a member may commit positions now, as part of a transaction or by themselves.
    func checkCommit(
        _ group: String, _ member: MemberIdentity, _ generation: Int32, isTransactional: Bool,
        knowsEpochs: Bool = true
    ) throws(GroupError) {
        let now = clock.monotonic
        let refusal = directory.withLock { directory -> GroupError? in
            do throws(GroupError) {
                try directory.checkCommit(
                    group, member, generation, isTransactional: isTransactional,
                    knowsEpochs: knowsEpochs, now: now)
                return nil
            } catch {
                return error
            }
        }
        if let refusal { throw refusal }
    }

    /// Whether a member may be told of positions; who is no member always may.
    func checkFetch(_ group: String, memberID: String?, epoch: Int32) throws(GroupError) {
        let result = directory.withLock { directory in
            directory.groups[group]?.consumer.map { consumer in
                Result { () throws(GroupError) in
                    try consumer.checkFetch(memberID: memberID, epoch: epoch)
                }
            }
        }
        try result?.get()
    }

    private func prepare(
        _ entries: [FrameEntry],
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(GroupError) -> PreparedAppend {
        do throws(AppendError) {
            return try log.prepare(FrameContent(entries), answer: answer)
        } catch {
            throw .storage(error)
        }
    }

    private func submit(_ append: PreparedAppend) throws(GroupError) {
        let offer: PreparedAppend.Offer
        do throws(AppendError) { offer = try log.trySubmit(append, hasWaited: true) } catch {
            throw .storage(error)
        }
        if offer == .full { throw .busy }
    }

    /// Keeps a group's positions from expiring while `body` commits some.
    func whileCommitting<Value>(
        of group: String, _ body: () throws(BrokerError) -> Value
    ) throws(BrokerError) -> Value {
        directory.withLock { $0.commits[group, default: 0] += 1 }
        defer { endCommit(of: group) }
        return try body()
    }

    private func endCommit(of group: String) {
        directory.withLock { directory in
            let left = directory.commits[group, default: 1] - 1
            directory.commits[group] = left == 0 ? nil : left
        }
    }

    /// Forgets positions; all or none, durable when answered.
    ///
    /// `answer` gets the streams that members read just now, on which nothing is forgotten.
    ///
    /// - Parameters:
    ///   - partitions: whose positions go.
    ///   - group: whose positions they are.
    ///   - pending: positions of the group that wait for the end of a transaction.
    ///   - isKnown: whether it keeps any.
    ///   - answer: called when it is written, if nothing is returned.
    /// - Returns: the answer if there is nothing to write.
    func forget(
        _ partitions: [TopicPartition], of group: String, _ pending: [PendingPosition],
        isKnown: Bool, answer: @escaping @Sendable (Result<Set<String>, GroupError>) -> Void
    ) -> Result<Set<String>, GroupError>? {
        directory.withLock { directory -> Result<Set<String>, GroupError>? in
            let slot = directory.groups[group]
            guard let state = slot?.state ?? (isKnown ? idle(group) : nil) else {
                return .failure(.unknownGroup)
            }
            var inUse: Set<String> = []
            if let consumer = slot?.consumer {
                inUse = Set(partitions.map(\.topic)).filter { consumer.interests.contain($0) }
            } else if state.phase != .empty {
                guard state.protocolType == ConsumerSubscription.protocolType else {
                    return .failure(.groupNotEmpty)
                }
                // What members read may not be known: then they may read everything.
                inUse = Set(partitions.map(\.topic)).filter {
                    state.subscribedTopics?.contains($0) ?? true
                }
            }
            let gone = partitions.filter { !inUse.contains($0.topic) }.map {
                StateKey.make($0.topic, group, "\($0.partition)")
            }
            let keys = Set(gone)
            let entries =
                gone.map { .remove(table: StateTable.groupPositions.rawValue, key: $0) }
                + pending.filter { keys.contains($0.committedKey) }.map(\.removal)
            guard !entries.isEmpty else { return .success(inUse) }
            let refused = inUse
            return submit(entries) { answer($0.map { _ in refused }.mapError { .storage($0) }) }
                .map { .failure($0) }
        }
    }

    private func idle(_ group: String) -> GroupState { GroupState(group, settings) }

    /// Forgets a group without members, with its positions on streams, also with those that wait for
    /// the end of a transaction.
    ///
    /// - Returns: why not; else `answer` is called when it is written.
    func delete(
        _ group: String, streams: [String], _ pending: [PendingPosition],
        answer: @escaping @Sendable (GroupError?) -> Void
    ) -> GroupError? {
        // Whoever has waited for the end of a session need not wait for the next tick too.
        tick()
        return directory.withLock { directory -> GroupError? in
            let slot = directory.groups[group]
            guard slot != nil || !streams.isEmpty || !pending.isEmpty else {
                return .unknownGroup
            }
            guard slot?.isEmpty ?? true else { return .groupNotEmpty }
            // They may be on streams on which the group had none.
            guard directory.commits[group] == nil else { return .busy }
            let all = Set(streams).union(pending.map(\.stream)).sorted()
            let entries =
                removal(of: group, all) + PendingPosition.removal(ofGroup: group, pending)
            let refusal = submit(entries) { result in
                if case .failure(let error) = result {
                    answer(.storage(error))
                } else {
                    answer(nil)
                }
            }
            if refusal == nil { directory.groups[group] = nil }
            return refusal
        }
    }

    func removal(of group: String, _ streams: [String]) -> [FrameEntry] {
        streams.map { positionsRemoval(of: group, $0) } + [
            .remove(table: StateTable.groups.rawValue, key: StateKey.make(group))
        ]
    }

    func positionsRemoval(of group: String, _ stream: String) -> FrameEntry {
        .removePrefix(
            table: StateTable.groupPositions.rawValue, prefix: StateKey.make(stream, group))
    }
}

extension GroupCoordinator.Directory {
    /// Whether a member may commit positions; extends the session of a classic one, which answers
    /// nobody.
    fileprivate mutating func checkCommit(
        _ group: String, _ member: MemberIdentity, _ generation: Int32, isTransactional: Bool,
        knowsEpochs: Bool, now: MonotonicInstant
    ) throws(GroupError) {
        let result = groups[group]?.perform { slot in
            Result { () throws(GroupError) in
                if let consumer = slot.consumer {
                    try consumer.checkCommit(
                        member, epoch: generation, isTransactional: isTransactional,
                        knowsEpochs: knowsEpochs)
                } else {
                    try slot.state.checkCommit(
                        member, generation: generation, isTransactional: isTransactional, now: now)
                }
            }
        }
        guard let result else {
            if generation < 0 { return }
            throw isTransactional ? .unknownMember : .illegalGeneration
        }
        try result.get()
    }
}
