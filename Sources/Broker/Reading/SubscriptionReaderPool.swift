import CommitLog
import Records
import Synchronization

/// Readers of subscriptions between two reads: their filters are compiled once.
final class SubscriptionReaderPool: Sendable {
    /// A reader that is handed from one thread to the next.
    ///
    /// SAFETY: whoever takes it out of the pool is the only one to hold it.
    struct Idle: @unchecked Sendable {
        let reader: SubscriptionReader
        let id: TopicID
        /// What it had counted when it was last given back.
        var counted: [Int32: FilterCounts] = [:]
    }

    /// Guards the readers; no lock is taken inside.
    private let idle = Mutex<[TopicID: [Idle]]>([:])
    /// What the filters have decided for readers over the network, by subscription and version.
    private let totals = Mutex<[String: [Int32: FilterCounts]]>([:])

    func take(_ id: TopicID) -> Idle? { idle.withLock { $0[id]?.popLast() } }

    func give(_ back: Idle, subscription: String) {
        var back = back
        let counts = back.reader.counts
        totals.withLock { totals in
            for (version, count) in counts {
                totals[subscription, default: [:]][version, default: FilterCounts()] +=
                    count - (back.counted[version] ?? FilterCounts())
            }
        }
        back.counted = counts
        let kept = back
        idle.withLock { idle in
            guard idle[kept.id, default: []].count < BrokerLimits.idleReaderCountMax else { return }
            idle[kept.id, default: []].append(kept)
        }
    }

    /// What was decided since the process began.
    var counts: [String: [Int32: FilterCounts]] { totals.withLock { $0 } }

    func forget(_ id: TopicID) { idle.withLock { _ = $0.removeValue(forKey: id) } }
}

extension Broker {
    /// What subscriptions' filters have decided for readers over the network since the process
    /// began, by subscription and version.
    package var filterCounts: [String: [Int32: FilterCounts]] { subscriptionReaders.counts }

    /// Lends a reader of a subscription.
    func withReader<Result>(
        of topic: ReadableTopic, _ body: (SubscriptionReader) throws(BrokerError) -> Result
    ) throws(BrokerError) -> Result {
        let idle: SubscriptionReaderPool.Idle
        if let kept = subscriptionReaders.take(topic.id) {
            idle = kept
        } else {
            idle = SubscriptionReaderPool.Idle(
                reader: try SubscriptionReader(
                    self, subscription: topic.name, base: topic.base ?? topic.name),
                id: topic.id)
        }
        defer { subscriptionReaders.give(idle, subscription: topic.name) }
        return try body(idle.reader)
    }
}
