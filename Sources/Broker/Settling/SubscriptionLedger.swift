import CommitLog
import Platform
import Records
import Synchronization

/// Which records of a subscription have been decided about for good, and what came of them.
///
/// *Settled* records are counted, and those that could not be evaluated are dead letters if the
/// policy says so. A record is settled once, whoever reads it and how often.
final class SubscriptionLedger: Sendable {
    /// Whose records: of a partition, by the version that each belongs to or by one for all.
    struct Place: Hashable, Sendable {
        let partition: PartitionID
        let version: Int32?
    }

    /// What a reader wants to be settled.
    struct Entry {
        let place: Place
        /// Offsets that nobody has settled, as far as the reader knows.
        let ranges: [Range<RecordOffset>]
        /// The first offset of the partition that can be read.
        let start: RecordOffset
        var counts: [Int32: FilterCounts] = [:]
        /// Dead letters, which become durable together with the ranges.
        var letters: [FrameEntry] = []
    }

    /// What became of an entry.
    enum Outcome {
        case settled
        /// There are too many ranges already: nothing was done, a reader that comes by later settles
        /// the records.
        case full
        /// Others have settled some of it meanwhile: nothing was done.
        case overtaken
        /// The log has no room at the moment: nothing was done.
        case busy
    }

    fileprivate struct State {
        var settled: [Place: OffsetRanges] = [:]
        /// Of what readers over the network have settled, by version.
        var counts: [Int32: FilterCounts] = [:]
        /// What readers wanted to settle since the broker was opened and there was no room for.
        var refused: [Place: Int64] = [:]
        /// What the log does not have yet.
        var newPlaces: Set<Place> = []
        var newCounts: Set<Int32> = []
        var newSince: MonotonicInstant?
    }

    /// Held while dead letters become durable, so that nobody passes them before they are; only
    /// where waiting for the disk is allowed.
    private let gate = Mutex<Void>(())
    /// Guards what is known.
    ///
    /// Frames are offered to the log inside, so that they lie in it in the order
    /// of what they say; no other lock but the log's leaf locks is taken.
    private let state: Mutex<State>
    let subscription: String
    /// Tells a subscription from an earlier one of its name.
    let createdAt: Int64

    /// What the log knows of a subscription.
    init(_ log: CommitLog, subscription: String, createdAt: Int64) throws(BrokerError) {
        self.subscription = subscription
        self.createdAt = createdAt
        var state = State()
        let prefix = StateKey.make(subscription, "\(createdAt)")
        for entry in log.entries(table: StateTable.settledOffsets.rawValue, prefix: prefix) {
            guard let place = Place(entry.key), let ranges = OffsetRanges(decoding: entry.value)
            else { throw .damagedState(table: "settled offsets", key: subscription) }
            state.settled[place] = ranges
        }
        for entry in log.entries(table: StateTable.settledCounts.rawValue, prefix: prefix) {
            guard let version = StateKey.parts(entry.key)?.last.flatMap({ Int32($0) }),
                let counts = FilterCounts(decoding: entry.value)
            else { throw .damagedState(table: "settled counts", key: subscription) }
            state.counts[version] = counts
        }
        self.state = Mutex(state)
    }

    /// By version: what readers over the network have settled.
    var counts: [Int32: FilterCounts] { state.withLock { $0.counts } }

    /// How often a reader settled nothing because there were too many ranges already, since the
    /// broker was opened.
    var refusals: [Place: Int64] { state.withLock { $0.refused } }

    /// Whether the record at an offset is settled, and up to where that holds for those behind it;
    /// waits for dead letters that become durable.
    func part(of place: Place, at offset: RecordOffset) -> (isSettled: Bool, end: RecordOffset) {
        let part = gate.withLock { _ in
            state.withLock { $0.settled[place, default: OffsetRanges()].part(at: offset) }
        }
        return (part.isInside, part.end)
    }

    /// The parts of a range that are not settled.
    func unsettled(_ range: Range<RecordOffset>, of place: Place) -> [Range<RecordOffset>] {
        gate.withLock { _ in
            state.withLock { $0.settled[place, default: OffsetRanges()].missing(from: range) }
        }
    }

    /// Settles records; with dead letters it is durable on return, else with the next ``flush(_:)``.
    ///
    /// - Throws: `.append`, `.commitTooLarge`.
    func settle(
        _ entry: Entry, _ log: CommitLog, now: MonotonicInstant
    ) throws(BrokerError) -> Outcome {
        guard !entry.letters.isEmpty else {
            return state.withLock { state in
                guard !state.isOvertaken(entry) else { return .overtaken }
                guard state.makesRoom(for: entry) else { return .full }
                state.take(entry, now)
                return .settled
            }
        }
        let result = gate.withLock { _ in
            Result { () throws(BrokerError) in
                let waiting = Monitor<Result<AppendReceipt, AppendError>?>(nil)
                let outcome = try offer(entry, log, now) { result in
                    waiting.withLock { $0 = result }
                    waiting.notifyAll()
                }
                if outcome == .settled, case .failure(let error)? = waiting.wait(until: { $0 }) {
                    throw .append(error)
                }
                return outcome
            }
        }
        return try result.get()
    }

    /// Offers all that the log does not have; never waits.
    ///
    /// - Returns: false if the log has no room at the moment.
    /// - Throws: if the log takes no more.
    func flush(_ log: CommitLog) throws(AppendError) -> Bool {
        let result = state.withLock { state in
            Result { () throws(AppendError) in
                guard state.newSince != nil else { return true }
                return try Self.offer(entries(&state), log) { _ in }
            }
        }
        return try result.get()
    }

    /// Whether something has waited for ``flush(_:)`` since before a time.
    func isDue(before time: MonotonicInstant) -> Bool {
        state.withLock { $0.newSince.map { $0 < time } ?? false }
    }

    private func offer(
        _ entry: Entry, _ log: CommitLog, _ now: MonotonicInstant,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(BrokerError) -> Outcome {
        let result = state.withLock { state in
            Result { () throws(BrokerError) -> Outcome in
                guard !state.isOvertaken(entry) else { return .overtaken }
                guard state.makesRoom(for: entry) else { return .full }
                var next = state
                next.take(entry, now)
                let offered = entry.letters + entries(&next)
                do throws(AppendError) {
                    guard try Self.offer(offered, log, answer: answer) else { return .busy }
                } catch {
                    if case .limit = error { throw .commitTooLarge(limit: error) }
                    throw .append(error)
                }
                state = next
                return .settled
            }
        }
        return try result.get()
    }

    private static func offer(
        _ entries: [FrameEntry], _ log: CommitLog,
        answer: @escaping @Sendable (Result<AppendReceipt, AppendError>) -> Void
    ) throws(AppendError) -> Bool {
        let append = try log.prepare(FrameContent(entries), answer: answer)
        return try log.trySubmit(append, hasWaited: true) == .accepted
    }

    /// What the log does not have; it counts as offered.
    private func entries(_ state: inout State) -> [FrameEntry] {
        var entries: [FrameEntry] = []
        for place in state.newPlaces.sorted() {
            entries.append(
                .put(
                    table: StateTable.settledOffsets.rawValue, key: key(of: place),
                    value: state.settled[place, default: OffsetRanges()].encoded()))
        }
        for version in state.newCounts.sorted() {
            entries.append(
                .put(
                    table: StateTable.settledCounts.rawValue,
                    key: StateKey.make(subscription, "\(createdAt)", "\(version)"),
                    value: state.counts[version, default: FilterCounts()].encoded()))
        }
        state.newPlaces = []
        state.newCounts = []
        state.newSince = nil
        return entries
    }

    private func key(of place: Place) -> [UInt8] {
        let key = StateKey.make(subscription, "\(createdAt)", "\(place.partition.rawValue)")
        return place.version.map { key + StateKey.make("\($0)") } ?? key
    }
}

extension SubscriptionLedger.State {
    fileprivate func isOvertaken(_ entry: SubscriptionLedger.Entry) -> Bool {
        guard let settled = settled[entry.place] else { return false }
        return entry.ranges.contains { settled.overlaps($0) }
    }

    /// Whether there is room; counts a refusal.
    fileprivate mutating func makesRoom(for entry: SubscriptionLedger.Entry) -> Bool {
        if hasRoom(for: entry) { return true }
        refused[entry.place, default: 0] += 1
        return false
    }

    private func hasRoom(for entry: SubscriptionLedger.Entry) -> Bool {
        guard var settled = settled[entry.place],
            settled.ranges.count + entry.ranges.count > BrokerLimits.settledRangeCountMax
        else { return true }
        settled.removeRanges(before: entry.start)
        for range in entry.ranges { settled.insert(range) }
        return settled.ranges.count <= BrokerLimits.settledRangeCountMax
    }

    fileprivate mutating func take(_ entry: SubscriptionLedger.Entry, _ now: MonotonicInstant) {
        settled[entry.place, default: OffsetRanges()].removeRanges(before: entry.start)
        for range in entry.ranges { settled[entry.place, default: OffsetRanges()].insert(range) }
        newPlaces.insert(entry.place)
        for (version, added) in entry.counts where !added.isEmpty {
            counts[version, default: FilterCounts()] += added
            newCounts.insert(version)
        }
        newSince = newSince ?? now
    }
}

extension SubscriptionLedger.Place: Comparable {
    /// Nil if a key is not one of ``StateTable/settledOffsets``.
    fileprivate init?(_ key: [UInt8]) {
        guard let parts = StateKey.parts(key), (3...4).contains(parts.count),
            let partition = UInt32(parts[2])
        else { return nil }
        let version = parts.count == 4 ? Int32(parts[3]) : nil
        guard parts.count == 3 || version != nil else { return nil }
        self.init(partition: PartitionID(rawValue: partition), version: version)
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.partition, left.version ?? -1) < (right.partition, right.version ?? -1)
    }
}
