import CommitLog
import Platform
import Records
import Synchronization

/// The transactional ids and their transactions: performs what ``TransactionState`` decides.
///
/// Thread-safe; nothing waits. Each id has a lock of its own, held while a step is decided and
/// offered to the log's writer: frames are written in the order in which they are accepted, so a
/// batch that was accepted under the lock before the transaction's end stands before its marker, and
/// one that comes later is refused.
final class TransactionCoordinator: Sendable {
    typealias Answer = @Sendable (Result<ProducerIdentity, TransactionError>) -> Void

    /// One transactional id.
    final class Slot: Sendable {
        let transactionalID: String
        /// Guards the id's state.
        ///
        /// Inside, the log's state and its queue are looked at, which are leaves; it is never taken
        /// inside ``TransactionCoordinator/directory``.
        let state: Mutex<TransactionState>

        init(_ transactionalID: String, _ state: TransactionState = TransactionState()) {
            self.transactionalID = transactionalID
            self.state = Mutex(state)
        }
    }
    struct Directory {
        var slots: [String: Slot] = [:]
        /// By the identity that the id has now.
        var producers: [Int64: Slot] = [:]
        /// Transactional ids whose open transactions may commit positions of a group.
        var groups: [String: Set<String>] = [:]
    }
    let log: CommitLog
    private let clock: any Clock
    private let producerIDs: ProducerIDs
    /// A leaf: no lock is taken inside.
    let directory: Mutex<Directory>
    /// How many frames that forget positions of a group are on their way, by group.
    ///
    /// Inside, such a frame, or one that commits positions, is made and offered: the log's state and
    /// its queue are looked at, ``directory``, and ``GroupCoordinator/directory`` by who forgets. It
    /// is taken inside a slot's lock, never the other way round.
    let forgetting = Mutex<[String: Int]>([:])

    /// Goes on where the log says that it ended: open transactions stay open until they are ended
    /// or time out.
    init(_ log: CommitLog, clock: any Clock) throws(BrokerError) {
        self.log = log
        self.clock = clock
        producerIDs = try ProducerIDs(log)
        var directory = Directory()
        for entry in log.entries(table: StateTable.transactions.rawValue) {
            let name = StateKey.name(entry.key)
            guard let record = TransactionRecord(decoding: entry.value) else {
                throw .damagedState(table: "transaction", key: name)
            }
            let byteCount =
                record.groups.isEmpty
                ? 0 : TransactionFrame(transactionalID: name, log: log).pendingByteCount
            let slot = Slot(name, TransactionState(record, offsetByteCount: byteCount))
            directory.slots[name] = slot
            directory.producers[record.producer.id] = slot
            for group in record.groups { directory.groups[group, default: []].insert(name) }
        }
        self.directory = Mutex(directory)
    }

    // MARK: Requests

    /// An identity for a producer; see ``TransactionState/initialization(expected:timeout:identity:now:)``.
    ///
    /// Without a transactional id it is a new one.
    func initialize(
        _ transactionalID: String?, timeout: Int32, expected: ProducerIdentity?,
        answer: @escaping Answer
    ) {
        guard let transactionalID else {
            return producerIDs.take { answer($0.map { ProducerIdentity(id: $0, epoch: 0) }) }
        }
        let limit = BrokerLimits.transactionTimeoutMaxMilliseconds
        guard (1...limit).contains(timeout) else {
            return answer(.failure(.invalidTimeout(found: timeout, limit: limit)))
        }
        let slot: Slot
        do throws(TransactionError) { slot = try makeSlot(transactionalID) } catch {
            return answer(.failure(error))
        }
        guard slot.state.withLock({ $0.needsIdentity }) else {
            return initialize(slot, timeout, expected, identity: nil, answer)
        }
        producerIDs.take { [weak self] result in
            switch result {
            case .success(let id):
                guard let self else { return answer(.failure(.storage(.closed))) }
                initialize(slot, timeout, expected, identity: id, answer)
            case .failure(let error): answer(.failure(error))
            }
        }
    }

    private func initialize(
        _ slot: Slot, _ timeout: Int32, _ expected: ProducerIdentity?, identity: Int64?,
        _ answer: @escaping Answer
    ) {
        let now = clock.wallMilliseconds
        perform(slot, answer: answer) { state throws(TransactionError) in
            try state.initialization(
                expected: expected, timeout: timeout, identity: identity, now: now)
        }
    }

    func add(
        _ partitions: [PartitionID: TopicPartition], to transactionalID: String,
        by producer: ProducerIdentity, answer: @escaping Answer
    ) {
        let now = clock.wallMilliseconds
        perform(transactionalID, answer: answer) { state throws(TransactionError) in
            try state.addition(of: partitions, by: producer, now: now)
        }
    }

    func add(
        group: String, to transactionalID: String, by producer: ProducerIdentity,
        answer: @escaping Answer
    ) {
        let found = group.utf8.count
        let limit = BrokerLimits.transactionGroupByteCountMax
        guard found <= limit else {
            return answer(
                .failure(.limit(name: "length of the group's name", found: found, limit: limit)))
        }
        let now = clock.wallMilliseconds
        perform(transactionalID, answer: answer) { state throws(TransactionError) in
            try state.addition(ofGroup: group, by: producer, now: now)
        }
    }

    func commit(
        _ offsets: [TransactionOffset], of group: String, in transactionalID: String,
        by producer: ProducerIdentity, answer: @escaping Answer
    ) {
        let entries = TransactionFrame(transactionalID: transactionalID, log: log)
            .pendingEntries(offsets, of: group)
        let byteCount = entries.reduce(0) { sum, entry in
            guard case .put(_, let key, let value) = entry else { return sum }
            return sum + key.count + value.count
        }
        guard !transactionalID.isEmpty else { return answer(.failure(.invalidRequest)) }
        guard let slot = directory.withLock({ $0.slots[transactionalID] }) else {
            return answer(.failure(.invalidProducerIDMapping))
        }
        let early = slot.state.withLock { state -> Result<ProducerIdentity, TransactionError>? in
            do throws(TransactionError) {
                _ = try state.offsets(of: group, byteCount: byteCount, by: producer)
            } catch {
                return .failure(error)
            }
            if entries.isEmpty { return .success(producer) }
            state.beginOffsets(byteCount: byteCount)
            let refusal = submit(entries) { result in
                let isWritten = if case .success = result { true } else { false }
                slot.state.withLock { $0.endOffsets(byteCount: byteCount, isWritten: isWritten) }
                answer(result.map { _ in producer }.mapError { .storage($0) })
            }
            guard let refusal else { return nil }
            state.endOffsets(byteCount: byteCount, isWritten: false)
            return .failure(refusal)
        }
        if let early { answer(early) }
    }

    func end(
        _ transactionalID: String, _ outcome: ControlMarker, by producer: ProducerIdentity,
        answer: @escaping Answer
    ) {
        let now = clock.wallMilliseconds
        perform(transactionalID, answer: answer) { state throws(TransactionError) in
            try state.end(outcome, by: producer, now: now)
        }
    }

    /// Offers a batch of a transaction to the log, in a moment in which the transaction is open and
    /// includes the partition.
    ///
    /// `offer` must not wait; the transaction cannot end meanwhile.
    func offer(
        of producer: ProducerIdentity, to partition: PartitionID,
        _ offer: () -> Result<PreparedAppend.Offer, AppendError>
    ) throws(ProduceError) -> Result<PreparedAppend.Offer, AppendError> {
        guard let slot = directory.withLock({ $0.producers[producer.id] }) else {
            throw .invalidTransactionState(producerID: producer.id)
        }
        let result = slot.state.withLock {
            state -> Result<Result<PreparedAppend.Offer, AppendError>, ProduceError> in
            if let refusal = state.refusal(of: producer, to: partition) { return .failure(refusal) }
            return .success(offer())
        }
        return try result.get()
    }

    // MARK: Looking

    /// An id; nil if no producer has used it.
    func describe(_ transactionalID: String) -> TransactionDescription? {
        directory.withLock { $0.slots[transactionalID] }.flatMap(describe)
    }

    /// All ids, in order.
    func describeAll() -> [TransactionDescription] {
        directory.withLock { Array($0.slots.values) }.compactMap(describe)
            .sorted { $0.transactionalID < $1.transactionalID }
    }

    private func describe(_ slot: Slot) -> TransactionDescription? {
        TransactionDescription(slot.transactionalID, slot.state.withLock { $0 })
    }

    /// Whether a group's position waits for the end of a transaction.
    func hasPendingOffset(of group: String, _ place: TopicPartition) -> Bool {
        let ids = directory.withLock { $0.groups[group] } ?? []
        return ids.contains {
            TransactionFrame(transactionalID: $0, log: log).hasPending(group, place)
        }
    }

    /// Whether a transaction is open that may commit positions of a group.
    func mayCommitPositions(of group: String) -> Bool {
        directory.withLock { $0.groups[group] != nil }
    }

    // MARK: Steps

    private func makeSlot(_ transactionalID: String) throws(TransactionError) -> Slot {
        guard !transactionalID.isEmpty else { throw .invalidRequest }
        let found = transactionalID.utf8.count
        let limit = BrokerLimits.transactionalIDByteCountMax
        guard found <= limit else {
            throw .limit(name: "length of the transactional id", found: found, limit: limit)
        }
        let slot = directory.withLock { directory -> Result<Slot, TransactionError> in
            if let known = directory.slots[transactionalID] { return .success(known) }
            let count = directory.slots.count
            guard count < BrokerLimits.transactionalIDCountMax else {
                return .failure(
                    .limit(
                        name: "number of transactional ids", found: count + 1,
                        limit: BrokerLimits.transactionalIDCountMax))
            }
            let slot = Slot(transactionalID)
            directory.slots[transactionalID] = slot
            return .success(slot)
        }
        return try slot.get()
    }

    private func perform(
        _ transactionalID: String, answer: @escaping Answer,
        _ decide: (TransactionState) throws(TransactionError) -> TransactionStep
    ) {
        guard !transactionalID.isEmpty else { return answer(.failure(.invalidRequest)) }
        guard let slot = directory.withLock({ $0.slots[transactionalID] }) else {
            return answer(.failure(.invalidProducerIDMapping))
        }
        perform(slot, answer: answer, decide)
    }

    /// Takes the next step of an id, if there is one now; answers when it is durable.
    func perform(
        _ slot: Slot, answer: @escaping Answer,
        _ decide: (TransactionState) throws(TransactionError) -> TransactionStep
    ) {
        let early = slot.state.withLock { state -> Result<ProducerIdentity, TransactionError>? in
            let step: TransactionStep
            do throws(TransactionError) { step = try decide(state) } catch {
                return .failure(error)
            }
            if step.isDone { return .success(step.next.producer) }
            state.begin(step)
            let work = Work(slot: slot, step: step, before: state.record, answer: answer)
            return offer(work, &state)
        }
        if let early { answer(early) }
    }

    /// A step on its way to the disk.
    private struct Work: Sendable {
        let slot: Slot
        let step: TransactionStep
        let before: TransactionRecord?
        let answer: Answer
    }

    /// Offers a step's frame; under the slot's lock.
    ///
    /// - Returns: the answer if it was not taken.
    private func offer(
        _ work: Work, _ state: inout TransactionState
    ) -> Result<ProducerIdentity, TransactionError>? {
        let refusal: TransactionError?
        if work.step.ending?.outcome == .commit, let groups = work.before?.groups, !groups.isEmpty {
            refusal = forgetting.withLock { forgetting in
                groups.contains { forgetting[$0] != nil } ? .concurrentTransactions : submit(work)
            }
        } else {
            refusal = submit(work)
        }
        guard let refusal else { return nil }
        state.abandon()
        return .failure(refusal)
    }

    private func submit(_ work: Work) -> TransactionError? {
        let frame = TransactionFrame(transactionalID: work.slot.transactionalID, log: log)
        let entries = frame.entries(of: work.step, from: work.before, now: clock.wallMilliseconds)
        return submit(entries) { [weak self] result in
            guard let self else { return work.answer(.failure(.storage(.closed))) }
            finish(work, result)
        }
    }

    func submit(
        _ entries: [FrameEntry],
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) -> TransactionError? {
        do throws(AppendError) {
            let append = try log.prepare(FrameContent(entries), answer: answer)
            return try log.trySubmit(append, hasWaited: true) == .full ? .busy : nil
        } catch {
            return .storage(error)
        }
    }

    /// Takes a step that is durable; on the writer's thread, which does this in the order of the log.
    private func finish(_ work: Work, _ result: Result<AppendReceipt, AppendError>) {
        let answer = work.slot.state.withLock {
            state -> Result<ProducerIdentity, TransactionError>? in
            switch result {
            case .success:
                state.take(work.step)
                return .success(work.step.next.producer)
            case .failure(.unknownPartition) where work.step.ending != nil:
                // A topic was deleted since: the transaction ends in the others.
                return offer(work, &state)
            case .failure(let error):
                state.abandon()
                return .failure(.storage(error))
            }
        }
        guard let answer else { return }
        if case .success = answer { note(work) }
        work.answer(answer)
    }

    private func note(_ work: Work) {
        let (slot, next) = (work.slot, work.step.next)
        directory.withLock { directory in
            if let before = work.before, before.producer.id != next.producer.id {
                directory.producers[before.producer.id] = nil
            }
            directory.producers[next.producer.id] = slot
            for group in work.before?.groups ?? [] where !next.groups.contains(group) {
                directory.groups[group]?.remove(slot.transactionalID)
                if directory.groups[group]?.isEmpty == true { directory.groups[group] = nil }
            }
            for group in next.groups {
                directory.groups[group, default: []].insert(slot.transactionalID)
            }
        }
    }
}
