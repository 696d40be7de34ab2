import CommitLog
import Platform
package import Records
import Synchronization

extension Broker {
    /// Appends batches of what a subscription selects, and settles what is read the first time.
    ///
    /// A read that others overtake is done again: what one reader has settled no other one settles.
    ///
    /// - Returns: where to read on.
    func readSubscription(
        _ topic: ReadableTopic, _ place: SubscriptionReader.Place, maximumBytes: Int,
        into bytes: inout [UInt8]
    ) throws(BrokerError) -> RecordOffset {
        let ledger = try ledger(of: topic.name)
        let key = SubscriptionLedger.Place(partition: place.id, version: nil)
        let limit = bytes.count + maximumBytes
        var place = place
        let end = place.limit
        while true {
            let before = bytes.count
            let part = ledger.part(of: key, at: place.start)
            place.limit = min(end, part.end)
            let pass = try withReader(of: topic) { reader throws(BrokerError) in
                try reader.pass(
                    place, log, maximumBytes: limit - before, keepsLetters: !part.isSettled,
                    into: &bytes)
            }
            if !part.isSettled, pass.next > place.start {
                let isSettled = try settle(pass, place, key, ledger, of: topic.name)
                guard isSettled else {
                    bytes.removeLast(bytes.count - before)
                    continue
                }
            }
            place.start = pass.next
            guard pass.next == place.limit, pass.next < end, bytes.count < limit else {
                return pass.next
            }
        }
    }

    /// False if others have settled some of it meanwhile.
    private func settle(
        _ pass: SubscriptionReader.Pass, _ place: SubscriptionReader.Place,
        _ key: SubscriptionLedger.Place, _ ledger: SubscriptionLedger, of stream: String
    ) throws(BrokerError) -> Bool {
        let range = place.start..<pass.next
        var entry = SubscriptionLedger.Entry(
            place: key, ranges: [range], start: place.readableStart, counts: pass.counts)
        entry.letters = try pass.letters.batches(
            to: self, stream: stream, of: place.partition, in: [range]
        ).map { FrameEntry.batches($0.id, $0.bytes) }
        return try settle(entry, ledger)
    }

    /// Settles an entry, waiting for room in the log; false if others have settled some of it.
    private func settle(
        _ entry: SubscriptionLedger.Entry, _ ledger: SubscriptionLedger
    ) throws(BrokerError) -> Bool {
        while true {
            switch try ledger.settle(entry, log, now: clock.monotonic) {
            case .settled, .full:
                try flushIfDue(ledger)
                return true
            case .overtaken: return false
            case .busy:
                _ = Monitor(()).wait(timeout: BrokerLimits.busyWait) { _ -> Void? in nil }
            }
        }
    }

    /// Makes dead letters of a subscription durable, each once, whoever else reads it.
    ///
    /// Letters of records that are settled already are left out; on return all records of the ranges
    /// are settled.
    ///
    /// - Parameters:
    ///   - letters: of records in the ranges.
    ///   - stream: the subscription, or a topic, of whose records nothing is known: its letters are
    ///     kept as they are.
    ///   - reading: which version has decided.
    ///   - ranges: what was read, by partition.
    /// - Throws: if the topic of the letters cannot be made, or the log takes no more.
    package func settle(
        _ letters: DeadLetters, of stream: String, reading: RecordSelector.Reading,
        _ ranges: [Int32: Range<RecordOffset>]
    ) throws(BrokerError) {
        guard let topic = readableTopic(stream), topic.isSubscription else {
            return try keep(letters, of: stream, ranges)
        }
        let ledger = try ledger(of: stream)
        let version: Int32? = if case .version(let number) = reading { number } else { nil }
        for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
            guard let id = topic.partition(partition), let bounds = log.bounds(id) else { continue }
            let place = SubscriptionLedger.Place(partition: id, version: version)
            var isSettled = false
            while !isSettled {
                let parts = ledger.unsettled(range, of: place)
                guard !parts.isEmpty else { break }
                var entry = SubscriptionLedger.Entry(
                    place: place, ranges: parts, start: bounds.start)
                entry.letters = try letters.batches(
                    to: self, stream: stream, of: partition, in: parts
                ).map { FrameEntry.batches($0.id, $0.bytes) }
                isSettled = try settle(entry, ledger)
            }
        }
    }

    // MARK: Ledgers

    /// Offers what was settled on subscriptions to the log, so that it is durable before whatever is
    /// offered behind it; never waits.
    ///
    /// - Returns: false if the log has no room at the moment.
    /// - Throws: if the log takes no more.
    func flushSettled(of streams: Set<String>) throws(AppendError) -> Bool {
        for stream in streams {
            guard let ledger = catalog.withLock({ $0.ledgers[stream] }) else { continue }
            if try !ledger.flush(log) { return false }
        }
        return true
    }

    private func flushIfDue(_ ledger: SubscriptionLedger) throws(BrokerError) {
        let time = clock.monotonic.advanced(by: .zero - BrokerLimits.settledWaitMax)
        // What has no room now goes with the next.
        guard ledger.isDue(before: time) else { return }
        do throws(AppendError) { _ = try ledger.flush(log) } catch { throw .append(error) }
    }

    /// Makes what was settled durable, as far as the log takes it.
    func flushSettled() {
        for ledger in catalog.withLock({ Array($0.ledgers.values) }) {
            // A log that takes nothing any more has said so to whom it matters.
            _ = try? ledger.flush(log)
        }
    }

    /// Reads whose records were neither settled nor counted, because the partition has too many ranges
    /// of settled offsets, by subscription and partition; since the broker was opened.
    ///
    /// The records are settled by whoever reads them next to others that are.
    package var unsettledReads: [String: [Int32: Int64]] {
        var reads: [String: [Int32: Int64]] = [:]
        for (name, ledger) in catalog.withLock({ $0.ledgers }) {
            let refusals = ledger.refusals
            guard !refusals.isEmpty, let topic = readableTopic(name) else { continue }
            for (place, count) in refusals {
                guard let index = topic.partitions.firstIndex(of: place.partition) else { continue }
                reads[name, default: [:]][Int32(index), default: 0] += count
            }
        }
        return reads
    }

    /// What is settled of a subscription.
    func ledger(of name: String) throws(BrokerError) -> SubscriptionLedger {
        let createdAt = try subscription(name).createdAt
        if let known = catalog.withLock({ $0.ledgers[name] }), known.createdAt == createdAt {
            return known
        }
        let made = try SubscriptionLedger(log, subscription: name, createdAt: createdAt)
        return catalog.withLock { catalog in
            // Another reader may have been faster: there is one for all.
            if let known = catalog.ledgers[name], known.createdAt == createdAt { return known }
            catalog.ledgers[name] = made
            return made
        }
    }
}

extension BrokerAccess {
    /// Makes dead letters durable, all those of the ranges.
    package func keep(
        _ letters: DeadLetters, of stream: String, _ ranges: [Int32: Range<RecordOffset>]
    ) throws(BrokerError) {
        var commit = PipelineCommit(pipeline: nil)
        for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
            commit.batches += try letters.batches(
                to: self, stream: stream, of: partition, in: [range])
        }
        try self.commit(commit)
    }
}
