import Broker
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records

/// Which subscriptions of a topic would receive each record of a source.
struct SubscriptionMatching {
    /// What one subscription does with a record that it has something to do with.
    enum Action: String {
        case delivered
        /// It cannot be evaluated, and the policy is to deliver it all the same.
        case flagged
        case deadLetter = "dead_letter"
        /// It cannot be evaluated, and the subscription stops before it.
        case stops
    }

    let names: [String]
    private var matcher: SubscriptionMatcher
    private let topic: String
    private(set) var recordCount: Int64 = 0
    private(set) var rejectedCount: Int64 = 0
    /// By partition: the subscriptions that have stopped there.
    private var stopped: [Int32: Set<Int32>] = [:]

    /// Bytes that are read at a time.
    private static let readByteCount = 512 << 10

    init(_ subscriptions: [SubscriptionDescription], topic: String) throws {
        names = subscriptions.map(\.name)
        self.topic = topic
        do throws(MatcherError) {
            matcher = try SubscriptionMatcher(subscriptions.map(\.filter))
        } catch {
            guard case .filter(let place, let mistake) = error else { throw error }
            throw CommandFailure("subscription \(names[place]): \(mistake)")
        }
    }

    /// What became of the records for one subscription.
    func counts(of subscription: Int) -> SubscriptionCounts { matcher.counts(of: subscription) }

    /// Reads splits to their ends, at most `limit` records in all.
    ///
    /// `write` is called for each record, with its subscriptions by name.
    mutating func run(
        _ source: any Source, _ splits: [(split: SplitName, partition: Int32)], limit: Int64,
        write: (
            _ block: borrowing RecordBlock, _ row: Int, _ partition: Int32,
            _ subscriptions: [(name: String, action: Action)]
        ) throws -> Void
    ) throws {
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        for (split, partition) in splits {
            while recordCount < limit, StopSignals.received == nil {
                rejected.removeAll(keepingCapacity: true)
                let status = try source.read(
                    split, into: &buffer, rejected: &rejected, byteCountMax: Self.readByteCount)
                rejectedCount += Int64(rejected.count)
                let left = limit - recordCount
                if Int64(buffer.rows.count) > left {
                    buffer.rows.removeSubrange(Int(left)...)
                }
                recordCount += Int64(buffer.rows.count)
                let block = buffer.block
                matcher.select(
                    from: block, of: RecordStream(topic: topic, partition: partition),
                    now: SystemClock().wallMilliseconds)
                let actions = actions(block.count, partition)
                for row in 0..<block.count { try write(block, row, partition, actions[row]) }
                // An idle pipe waits in the next read; a topic has nothing more.
                if status == .end || status == .idle && !source.waitForInput() { break }
            }
        }
    }

    /// By record: the subscriptions that have something to do with it.
    private mutating func actions(
        _ count: Int, _ partition: Int32
    ) -> [[(name: String, action: Action)]] {
        var actions = [[(name: String, action: Action)]](repeating: [], count: count)
        for match in matcher.matches {
            let flagged = Set(match.outcome.flagged.map(\.row))
            for subscription in match.subscriptions
            where stopped[partition]?.contains(subscription) != true {
                let name = names[Int(subscription)]
                for row in match.rows.rows {
                    actions[Int(row)].append(
                        (name, flagged.contains(row) ? .flagged : .delivered))
                }
                for row in match.outcome.deadLetters {
                    actions[Int(row.row)].append((name, .deadLetter))
                }
                if let failure = match.outcome.failure {
                    actions[Int(failure.row)].append((name, .stops))
                    stopped[partition, default: []].insert(subscription)
                }
            }
        }
        for row in actions.indices { actions[row].sort { $0.name < $1.name } }
        return actions
    }
}
