import Records

/// What a transactional id is to become: to be made durable in one frame, then taken.
struct TransactionStep: Sendable, Equatable {
    /// How an open transaction ends with it.
    struct Ending: Sendable, Equatable {
        let outcome: ControlMarker
        /// Who ends it: with the next epoch, if the producer is fenced by it.
        let producer: ProducerIdentity
    }
    let next: TransactionRecord
    var ending: Ending?
    /// Whether everything is as asked for already: a request that was sent again.
    var isDone = false
}
