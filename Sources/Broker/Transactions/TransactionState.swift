import CommitLog
import Records

/// A transactional id: a state machine without clock, disk or lock.
///
/// Every event is answered with the next step or a refusal and changes nothing; the step is written,
/// then it is taken. Meanwhile ``change`` says what goes on, and other events are refused with
/// `.concurrentTransactions`, as Kafka's coordinator does. Positions of groups are no step: they are
/// taken while the transaction grows, but it does not end before they are written.
struct TransactionState: Sendable {
    /// What is being written.
    enum Change: Sendable, Equatable {
        /// Records of the open transaction may be appended meanwhile.
        case growing
        /// They may not: the transaction ends with it.
        case ending
    }

    /// Nil before the first initialisation is durable.
    private(set) var record: TransactionRecord?
    private(set) var change: Change?
    /// How the transaction is just being ended.
    private(set) var ending: ControlMarker?
    /// Bytes of the positions that wait for the commit, those that were forgotten since included.
    private(set) var offsetByteCount = 0
    /// Frames of such positions that are being written.
    private(set) var offsetFrameCount = 0
    /// Whether the id was forgotten: whoever still has this state looks the id up again.
    private(set) var isForgotten = false

    init(_ record: TransactionRecord? = nil, offsetByteCount: Int = 0) {
        self.record = record
        self.offsetByteCount = offsetByteCount
    }

    // MARK: Writing a step

    mutating func begin(_ step: TransactionStep) {
        precondition(change == nil, "a change of a transaction begins during another")
        change = step.ending == nil ? .growing : .ending
        ending = step.ending?.outcome
    }

    /// The step is durable.
    mutating func take(_ step: TransactionStep) {
        record = step.next
        if step.ending != nil {
            precondition(offsetFrameCount == 0, "a transaction ends before its positions are there")
            offsetByteCount = 0
        }
        abandon()
    }

    /// So many bytes of positions, which ``offsets(of:byteCount:by:)`` has let in, are being written.
    mutating func beginOffsets(byteCount: Int) {
        offsetByteCount += byteCount
        offsetFrameCount += 1
    }

    /// They are durable, or were not written.
    mutating func endOffsets(byteCount: Int, isWritten: Bool) {
        precondition(offsetFrameCount > 0, "positions are written that were not begun")
        offsetFrameCount -= 1
        if !isWritten { offsetByteCount -= byteCount }
    }

    /// The step was not written.
    mutating func abandon() { (change, ending) = (nil, nil) }

    mutating func forget() {
        isForgotten = true
        abandon()
    }

    // MARK: Events

    /// Whether the next initialisation needs an identity that nobody has had.
    var needsIdentity: Bool {
        record.map { $0.producer.epoch >= ProducerIdentity.epochMax } ?? true
    }

    /// A producer begins, or begins anew: an open transaction is aborted, whoever had the id is
    /// fenced.
    ///
    /// `expected` is who it says that it was; nil for a new producer. `identity` is for
    /// ``needsIdentity``.
    func initialization(
        expected: ProducerIdentity?, timeout: Int32, identity: Int64?, now: Int64
    ) throws(TransactionError) -> TransactionStep {
        try checkIdle()
        try checkOffsets()
        guard let record else {
            guard let identity else { throw .concurrentTransactions }
            let producer = ProducerIdentity(id: identity, epoch: 0)
            return TransactionStep(
                next: TransactionRecord(producer: producer, timeout: timeout, now: now))
        }
        let isOngoing = record.phase == .ongoing
        if let expected, expected != record.producer {
            guard expected == record.previous, !isOngoing else { throw .producerFenced }
            return TransactionStep(next: record, isDone: true)
        }
        var next = record
        next.previous = expected
        next.timeout = timeout
        next.updatedAt = now
        if record.producer.epoch < ProducerIdentity.epochMax {
            next.producer = Self.fencing(record.producer)
        } else {
            guard let identity else { throw .concurrentTransactions }
            next.producer = ProducerIdentity(id: identity, epoch: 0)
        }
        guard isOngoing else {
            next.phase = .empty
            return TransactionStep(next: next)
        }
        // The markers fence also where the next identity is another one.
        return Self.step(
            to: next, phase: .empty,
            TransactionStep.Ending(outcome: .abort, producer: Self.fencing(record.producer)))
    }

    /// Partitions become part of the transaction, which begins with the first ones.
    func addition(
        of partitions: [PartitionID: TopicPartition], by producer: ProducerIdentity, now: Int64
    ) throws(TransactionError) -> TransactionStep {
        let record = try checked(producer)
        if record.phase == .ongoing, partitions.keys.allSatisfy({ record.partitions[$0] != nil }) {
            return TransactionStep(next: record, isDone: true)
        }
        var next = Self.ongoing(record, now: now)
        next.partitions.merge(partitions) { $1 }
        let limit = BrokerLimits.transactionPartitionCountMax
        guard next.partitions.count <= limit else {
            throw .limit(
                name: "number of a transaction's partitions", found: next.partitions.count,
                limit: limit)
        }
        return TransactionStep(next: next)
    }

    /// The positions of a group become part of the transaction.
    func addition(
        ofGroup group: String, by producer: ProducerIdentity, now: Int64
    ) throws(TransactionError) -> TransactionStep {
        let record = try checked(producer)
        if record.phase == .ongoing, record.groups.contains(group) {
            return TransactionStep(next: record, isDone: true)
        }
        var next = Self.ongoing(record, now: now)
        next.groups.insert(group)
        let limit = BrokerLimits.transactionGroupCountMax
        guard next.groups.count <= limit else {
            throw .limit(
                name: "number of a transaction's groups", found: next.groups.count, limit: limit)
        }
        return TransactionStep(next: next)
    }

    /// Positions of a group are to be committed with the transaction; the record stays as it is.
    ///
    /// Also while the transaction grows: clients add partitions meanwhile, and Kafka, where another
    /// coordinator keeps the positions, takes them ("pending state is not checked",
    /// `TransactionCoordinator.handleVerifyPartitionsInTransaction`).
    func offsets(
        of group: String, byteCount: Int, by producer: ProducerIdentity
    ) throws(TransactionError) -> TransactionStep {
        let record = try known(producer)
        if isForgotten || change == .ending { throw .concurrentTransactions }
        guard record.phase == .ongoing, record.groups.contains(group) else {
            throw change == nil ? .invalidTransactionState : .concurrentTransactions
        }
        let limit = BrokerLimits.transactionOffsetByteCountMax
        guard offsetByteCount + byteCount <= limit else {
            throw .limit(
                name: "bytes of a transaction's positions", found: offsetByteCount + byteCount,
                limit: limit)
        }
        return TransactionStep(next: record)
    }

    /// The producer ends its transaction; done if it has ended so already.
    func end(
        _ outcome: ControlMarker, by producer: ProducerIdentity, now: Int64
    ) throws(TransactionError) -> TransactionStep {
        let record = try checked(producer)
        try checkOffsets()
        switch (record.phase, outcome) {
        case (.ongoing, _):
            var next = record
            next.updatedAt = now
            return Self.step(
                to: next, phase: outcome == .commit ? .committed : .aborted,
                TransactionStep.Ending(outcome: outcome, producer: record.producer))
        case (.committed, .commit), (.aborted, .abort):
            return TransactionStep(next: record, isDone: true)
        case (.committed, .abort), (.aborted, .commit), (.empty, _): throw .invalidTransactionState
        }
    }

    /// The end of a transaction that has lasted too long, whose producer is fenced; nil if there is
    /// none.
    func timeout(at now: Int64) -> TransactionStep? {
        guard change == nil, !isForgotten, offsetFrameCount == 0,
            let record, record.phase == .ongoing,
            Self.hasPassed(Int64(record.timeout), since: record.startedAt, at: now)
        else { return nil }
        var next = record
        next.producer = Self.fencing(record.producer)
        next.previous = nil
        next.updatedAt = now
        return Self.step(
            to: next, phase: .aborted,
            TransactionStep.Ending(outcome: .abort, producer: next.producer))
    }

    /// Whether the id was not used for so long that it is forgotten, or was never used.
    func isExpired(at now: Int64) -> Bool {
        guard change == nil, !isForgotten else { return false }
        guard let record else { return true }
        return record.phase != .ongoing
            && Self.hasPassed(
                BrokerLimits.transactionalIDExpiryMilliseconds, since: record.updatedAt, at: now)
    }

    /// Whether a batch of a producer's transaction may be appended to a partition now.
    func refusal(of producer: ProducerIdentity, to partition: PartitionID) -> ProduceError? {
        guard let record, record.producer.id == producer.id else {
            return .invalidTransactionState(producerID: producer.id)
        }
        guard record.producer.epoch == producer.epoch else {
            return .invalidProducerEpoch(
                producerID: producer.id, epoch: producer.epoch, current: record.producer.epoch)
        }
        guard record.phase == .ongoing, record.partitions[partition] != nil else {
            return .invalidTransactionState(producerID: producer.id)
        }
        return change == .ending ? .concurrentTransactions(producerID: producer.id) : nil
    }

    // MARK: Parts

    private func checkIdle() throws(TransactionError) {
        if change != nil || isForgotten { throw .concurrentTransactions }
    }

    /// Whether the frame that ends a transaction can be made: of all its positions.
    private func checkOffsets() throws(TransactionError) {
        if offsetFrameCount > 0 { throw .concurrentTransactions }
    }

    /// The record of a producer that may go on.
    private func checked(
        _ producer: ProducerIdentity
    ) throws(TransactionError) -> TransactionRecord {
        let record = try known(producer)
        try checkIdle()
        return record
    }

    /// The record of a producer, whatever goes on.
    private func known(
        _ producer: ProducerIdentity
    ) throws(TransactionError) -> TransactionRecord {
        guard let record, record.producer.id == producer.id else { throw .invalidProducerIDMapping }
        guard record.producer.epoch == producer.epoch else { throw .producerFenced }
        return record
    }

    private static func ongoing(_ record: TransactionRecord, now: Int64) -> TransactionRecord {
        var next = record
        next.updatedAt = now
        if record.phase != .ongoing { (next.phase, next.startedAt) = (.ongoing, now) }
        return next
    }

    private static func step(
        to record: TransactionRecord, phase: TransactionRecord.Phase,
        _ ending: TransactionStep.Ending
    ) -> TransactionStep {
        var next = record
        next.phase = phase
        (next.partitions, next.groups) = ([:], [])
        return TransactionStep(next: next, ending: ending)
    }

    /// The identity that takes the place of another one.
    private static func fencing(_ producer: ProducerIdentity) -> ProducerIdentity {
        ProducerIdentity(id: producer.id, epoch: min(producer.epoch, .max - 1) + 1)
    }

    private static func hasPassed(_ duration: Int64, since start: Int64, at now: Int64) -> Bool {
        let (age, overflows) = now.subtractingReportingOverflow(start)
        return !overflows && age >= duration
    }
}
