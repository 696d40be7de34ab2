import CommitLog
import Records
import Synchronization

extension TransactionCoordinator {
    /// Aborts transactions that have lasted too long, and forgets ids that were not used for long.
    ///
    /// O(ids). What cannot be written now is for the next call.
    func expire(at now: Int64) {
        for slot in directory.withLock({ Array($0.slots.values) }) {
            let (timeout, isExpired) = slot.state.withLock {
                ($0.timeout(at: now), $0.isExpired(at: now))
            }
            if timeout != nil {
                let decide: (TransactionState) throws(TransactionError) -> TransactionStep = {
                    state throws(TransactionError) in
                    guard let step = state.timeout(at: now) else { throw .concurrentTransactions }
                    return step
                }
                perform(slot, answer: { _ in }, decide)
            } else if isExpired {
                forget(slot, at: now)
            }
        }
        abortOrphans(at: now)
    }

    /// Aborts transactions that no id answers for: the broker lets none begin, but after a repair the
    /// log may hold records whose coordinator's state is lost.
    private func abortOrphans(at now: Int64) {
        for open in log.openTransactions() {
            let isKnown = directory.withLock { $0.producers[open.producerID] != nil }
            guard !isKnown else { continue }
            let marker = ControlMarker.abort.batch(
                producerID: open.producerID, producerEpoch: open.epoch, coordinatorEpoch: 0,
                timestamp: now)
            guard let append = try? log.prepare(.batches(open.partition, marker), answer: { _ in })
            else { return }
            _ = try? log.trySubmit(append, hasWaited: true)
        }
    }

    private func forget(_ slot: Slot, at now: Int64) {
        let producer = slot.state.withLock { state -> Int64?? in
            guard state.isExpired(at: now) else { return nil }
            guard let record = state.record else {
                state.forget()
                return .some(nil)
            }
            let frame = TransactionFrame(transactionalID: slot.transactionalID, log: log)
            state.begin(TransactionStep(next: record))
            let refusal = submit(frame.removal) { [weak self] result in
                guard case .success = result else { return slot.state.withLock { $0.abandon() } }
                slot.state.withLock { $0.forget() }
                self?.remove(slot, producer: record.producer.id)
            }
            if refusal != nil { state.abandon() }
            return nil
        }
        if let producer { remove(slot, producer: producer) }
    }

    private func remove(_ slot: Slot, producer: Int64?) {
        directory.withLock { directory in
            directory.slots[slot.transactionalID] = nil
            if let producer { directory.producers[producer] = nil }
        }
    }
}
