import Records

/// A transactional id as it is shown.
package struct TransactionDescription: Sendable, Equatable {
    /// The raw values are Kafka's names.
    package enum Status: String, Sendable, CaseIterable {
        case empty = "Empty"
        case ongoing = "Ongoing"
        case prepareCommit = "PrepareCommit"
        case prepareAbort = "PrepareAbort"
        case completeCommit = "CompleteCommit"
        case completeAbort = "CompleteAbort"
    }
    package let transactionalID: String
    package let producer: ProducerIdentity
    package let status: Status
    /// Milliseconds that a transaction may last.
    package let timeout: Int32
    /// When the transaction began: milliseconds since 1970-01-01 UTC; nil if none is open.
    package let startedAt: Int64?
    /// Of the open transaction, in order.
    package let partitions: [TopicPartition]

    /// Nil for an id that is not yet, or no longer, durable.
    init?(_ transactionalID: String, _ state: TransactionState) {
        guard let record = state.record, !state.isForgotten else { return nil }
        self.transactionalID = transactionalID
        producer = record.producer
        timeout = record.timeout
        startedAt = record.phase == .ongoing ? record.startedAt : nil
        partitions = record.partitions.values.sorted()
        status =
            switch (record.phase, state.ending) {
            case (.ongoing, .commit): .prepareCommit
            case (.ongoing, .abort): .prepareAbort
            case (.ongoing, nil): .ongoing
            case (.empty, _): .empty
            case (.committed, _): .completeCommit
            case (.aborted, _): .completeAbort
            }
    }
}
