import Bytes
import CommitLog
import Synchronization

/// Serialises commits that add to the totals of one subscription, each of which reads them, adds
/// and appends.
///
/// Held over the append, so that no total is written from one that is not durable.
final class CountGate: Sendable {
    let lock = Mutex<Void>(())
}

extension Broker {
    /// What each version of a subscription has made of the records that groups of commands have read,
    /// as far as their positions were saved, and that readers over the network have settled.
    ///
    /// Such a group that reads records again counts them again; readers over the network count each
    /// once.
    package func filterCounts(
        ofSubscription name: String
    ) throws(BrokerError) -> [Int32: FilterCounts] {
        var counts = try ledger(of: name).counts
        for entry in log.entries(
            table: StateTable.subscriptionCounts.rawValue, prefix: StateKey.make(name))
        {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard cursor.text() == name, let version = cursor.text().flatMap({ Int32($0) }),
                cursor.isAtEnd, let value = FilterCounts(decoding: entry.value)
            else { throw .damagedState(table: "subscription counts", key: name) }
            counts[version, default: FilterCounts()] += value
        }
        return counts
    }

    /// The totals of a subscription's versions after an addition; the caller holds the gate.
    func countEntries(
        of name: String, adding counts: [Int32: FilterCounts]
    ) throws(BrokerError) -> [FrameEntry] {
        var entries: [FrameEntry] = []
        for (version, added) in counts.sorted(by: { $0.key < $1.key }) where !added.isEmpty {
            let table = StateTable.subscriptionCounts.rawValue
            let key = StateKey.make(name, "\(version)")
            var total = FilterCounts()
            if let stored = log.value(table: table, key: key) {
                guard let decoded = FilterCounts(decoding: stored) else {
                    throw .damagedState(table: "subscription counts", key: name)
                }
                total = decoded
            }
            entries.append(.put(table: table, key: key, value: (total + added).encoded()))
        }
        return entries
    }

    func countGate(of name: String) -> CountGate {
        catalog.withLock { catalog in
            if let gate = catalog.countGates[name] { return gate }
            let gate = CountGate()
            catalog.countGates[name] = gate
            return gate
        }
    }
}
