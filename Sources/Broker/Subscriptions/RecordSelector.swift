package import Bytes
package import Expressions
package import Filters
package import Records

/// Decides which records of a topic a reader gets: by a subscription's filter, and by conditions of
/// the reader's own.
///
/// Each record belongs to the version of the subscription that was in force when it was appended:
/// a batch that reaches over the offset of a change is divided there. So it makes no difference
/// when a record is read, by which member of a group, or how often. Belongs to one reading thread.
package final class RecordSelector {
    /// Which version of a subscription decides.
    package enum Reading: Equatable, Sendable {
        /// The one that each record belongs to.
        case inForce
        /// One for all records, whatever they belong to.
        case version(Int32)
    }

    /// What is to be done with a batch's records, beside the selection.
    package struct Outcome: Sendable {
        /// Records to be moved aside with the reason; ascending.
        package fileprivate(set) var deadLetters: [ErrorRow] = []
        /// The record at which the subscription must stop: nothing from it on was selected.
        package fileprivate(set) var failure: ErrorRow?
        /// What became of the records before the end, the conditions' counts added to the
        /// subscription's.
        package fileprivate(set) var counts = FilterCounts()
        /// Rows that were decided about: all, or those up to the limit or the failure.
        package fileprivate(set) var rowEnd = 0
    }

    private let broker: (any BrokerAccess)?
    private let subscription: String?
    /// Which version of the subscription decides.
    package let reading: Reading
    /// What the subscription's filters are; empty if there is no subscription.
    private var versions: [SubscriptionVersion] = []
    /// Compiled when they are first needed, at the places of ``versions``.
    private var filters: [SubscriptionFilter?] = []
    private var conditions: [SubscriptionFilter]
    /// By the version's number: what the subscription's filters have counted.
    package private(set) var versionCounts: [Int32: FilterCounts] = [:]
    /// What each condition has counted.
    package private(set) var conditionCounts: [FilterCounts]

    /// A selector without a subscription; without conditions too it selects everything.
    package init(conditions: [SubscriptionFilter] = []) {
        broker = nil
        subscription = nil
        reading = .inForce
        self.conditions = conditions
        conditionCounts = conditions.map { _ in FilterCounts() }
    }

    /// A selector of a subscription's records that meet the conditions too.
    ///
    /// - Throws: if there is no such subscription or version, or a stored filter does not compile.
    package init(
        _ broker: any BrokerAccess, subscription: String, reading: Reading = .inForce,
        conditions: [SubscriptionFilter] = []
    ) throws(BrokerError) {
        self.broker = broker
        self.subscription = subscription
        self.reading = reading
        self.conditions = conditions
        conditionCounts = conditions.map { _ in FilterCounts() }
        try refresh()
        _ = try filter(at: versions.count - 1)
    }

    /// What all versions have counted together.
    package var subscriptionCounts: FilterCounts {
        versionCounts.values.reduce(FilterCounts(), +)
    }

    /// Narrows a selection to the records to be delivered.
    ///
    /// Called after the records were read from the log: only then it is sure that a version which
    /// is not seen here does not decide about them.
    ///
    /// - Parameters:
    ///   - block: the records; their offsets ascend.
    ///   - stream: what they have in common; its partition is the topic's.
    ///   - now: the value of `NOW()`, milliseconds since 1970.
    ///   - limit: at most so many are selected; those behind are not decided about, nor counted.
    ///   - selection: the rows to be looked at; usually all.
    /// - Returns: what else is to be done, and where deciding ended.
    /// - Throws: if the subscription is gone, or a stored filter does not compile.
    /// - Complexity: O(bytes of the selected records); at most once a run, when the limit or a
    ///   failure cuts a batch, twice that.
    package func select(
        from block: borrowing RecordBlock, of stream: RecordStream, now: Int64,
        limit: Int64 = .max, selection: inout Selection
    ) throws(BrokerError) -> Outcome {
        precondition(limit > 0, "a reader that wants no more records asks for none")
        try refresh()
        let wanted = selection
        var pass = Pass(stream: stream, now: now, rowEnd: block.count)
        try decide(block, wanted, &pass)
        if Int64(pass.selection.count) >= limit {
            pass.outcome.failure = nil
            pass.rowEnd = Int(pass.selection.rows[Int(limit) - 1]) + 1
        } else if let failure = pass.outcome.failure {
            pass.rowEnd = Int(failure.row)
        }
        if pass.rowEnd < block.count {
            // Again without what is behind the end, so that nothing of it is counted or moved
            // aside: it will be when it is read again.
            let failure = pass.outcome.failure
            pass = Pass(stream: stream, now: now, rowEnd: pass.rowEnd)
            try decide(block, wanted, &pass)
            pass.outcome.failure = failure
        }
        for (number, counts) in pass.versionCounts {
            versionCounts[number, default: .init()] += counts
        }
        for index in conditions.indices { conditionCounts[index] += pass.conditionCounts[index] }
        pass.outcome.counts =
            pass.versionCounts.values.reduce(FilterCounts(), +)
        for counts in pass.conditionCounts { pass.outcome.counts += counts }
        pass.outcome.rowEnd = pass.rowEnd
        selection = pass.selection
        return pass.outcome
    }

    // MARK: Passing over blocks

    /// Whether summaries can tell something about any of the filters.
    var usesSummaries: Bool {
        conditions.contains { !$0.summarizedFields.isEmpty }
            || filters.contains { $0.map { !$0.summarizedFields.isEmpty } ?? true }
    }

    /// Whether a block's summary tells of all fields that the filters look at in summaries.
    func isCovered(by summary: BlockSummary) -> Bool {
        summary.covers((filters.compactMap { $0 } + conditions).flatMap(\.summarizedFields))
    }

    /// The number of the version that excludes a block, 0 if the conditions alone do; nil if it
    /// must be read.
    ///
    /// Called after the block was found in the log, as ``select(from:of:now:limit:selection:)``.
    func exclusion(
        _ summary: BlockSummary, _ offsets: Range<RecordOffset>, of partition: Int32
    ) throws(BrokerError) -> Int32? {
        try refresh()
        guard !versions.isEmpty else {
            return SubscriptionFilter.canSkip(conditions, summary) ? 0 : nil
        }
        let parts = parts(of: partition, offsets)
        // A block on both sides of a change is read: it is one of many.
        guard parts.count == 1, let place = parts.first?.place else { return nil }
        let all = [try filter(at: place)] + conditions
        return SubscriptionFilter.canSkip(all, summary) ? versions[place].number : nil
    }

    /// The subscription whose own topic, filtered by a server, holds all that may be selected; nil
    /// if there is none, or if what it refuses needs the reader to stop.
    package var servedStream: String? {
        guard reading == .inForce, !versions.isEmpty else { return nil }
        let isServed = versions.allSatisfy {
            // The server itself moves aside what is to be.
            $0.filter.errorPolicy != .fail
        }
        return isServed ? subscription : nil
    }

    /// Counts the records, or gaps, of offsets that a server has passed over.
    package func notePassedOver(
        _ offsets: Range<RecordOffset>, of partition: Int32
    ) throws(BrokerError) {
        try refresh()
        for part in parts(of: partition, offsets) {
            let count = part.offsets.upperBound.rawValue - part.offsets.lowerBound.rawValue
            noteSkipped(count, version: versions[part.place].number)
        }
    }

    /// Counts records that were passed over.
    func noteSkipped(_ count: Int64, version: Int32) {
        guard !versions.isEmpty else { return }
        versionCounts[version, default: FilterCounts()].skipped += count
    }

    /// Counts the records of a batch that cannot be read, for the version that its first belongs to.
    func noteUnreadable(_ header: BatchHeader, of partition: Int32) throws(BrokerError) {
        try refresh()
        guard !versions.isEmpty else { return }
        let offsets = header.baseOffset..<header.baseOffset.advanced(by: 1)
        guard let place = parts(of: partition, offsets).first?.place else { return }
        versionCounts[versions[place].number, default: FilterCounts()].unreadable +=
            Int64(header.recordCount)
    }

    // MARK: Deciding

    /// One look at a batch; what it counts holds only if it is the last.
    private struct Pass {
        let stream: RecordStream
        let now: Int64
        var rowEnd: Int
        var selection = Selection()
        var outcome = Outcome()
        var versionCounts: [Int32: FilterCounts] = [:]
        var conditionCounts: [FilterCounts] = []
    }

    private func decide(
        _ block: borrowing RecordBlock, _ wanted: Selection, _ pass: inout Pass
    ) throws(BrokerError) {
        if versions.isEmpty {
            pass.selection = wanted
            pass.selection.keep { $0 < pass.rowEnd }
        } else {
            try decideByVersions(block, wanted, &pass)
        }
        for index in conditions.indices {
            let before = FilterCounts(conditions[index].report)
            let result = conditions[index].select(
                from: block, of: pass.stream, now: pass.now, selection: &pass.selection)
            pass.conditionCounts.append(FilterCounts(conditions[index].report) - before)
            pass.outcome.deadLetters += result.deadLetters
            pass.outcome.failure = pass.outcome.failure ?? result.failure
        }
    }

    private func decideByVersions(
        _ block: borrowing RecordBlock, _ wanted: Selection, _ pass: inout Pass
    ) throws(BrokerError) {
        guard pass.rowEnd > 0 else { return }
        let first = RecordOffset(rawValue: block.rows[0].offset)
        let end = RecordOffset(rawValue: block.rows[pass.rowEnd - 1].offset + 1)
        let parts = parts(of: pass.stream.partition, first..<end)
        if parts.count == 1, pass.rowEnd == block.count {
            // Nearly every batch: nothing to divide.
            var rows = wanted
            try decide(block, by: parts[0].place, &rows, &pass)
            pass.selection = rows
            return
        }
        var row = 0
        for part in parts {
            var rows = Selection()
            while row < wanted.count {
                let number = wanted.rows[row]
                guard Int(number) < pass.rowEnd,
                    block.rows[Int(number)].offset < part.offsets.upperBound.rawValue
                else { break }
                rows.append(number)
                row += 1
            }
            guard !rows.isEmpty else { continue }
            try decide(block, by: part.place, &rows, &pass)
            for number in rows.rows { pass.selection.append(number) }
            if pass.outcome.failure != nil { return }
        }
    }

    private func decide(
        _ block: borrowing RecordBlock, by place: Int, _ rows: inout Selection, _ pass: inout Pass
    ) throws(BrokerError) {
        var filter = try filter(at: place)
        // Out of the array while it works, so that its memory is not copied.
        filters[place] = nil
        defer { filters[place] = filter }
        let before = FilterCounts(filter.report)
        let result = filter.select(
            from: block, of: pass.stream, now: pass.now, selection: &rows)
        pass.versionCounts[versions[place].number, default: FilterCounts()] +=
            FilterCounts(filter.report) - before
        pass.outcome.deadLetters += result.deadLetters
        pass.outcome.failure = result.failure
    }

    private func parts(
        of partition: Int32, _ offsets: Range<RecordOffset>
    ) -> [(place: Int, offsets: Range<RecordOffset>)] {
        if case .version = reading { return [(0, offsets)] }
        return versions.parts(of: partition, offsets)
    }

    // MARK: Versions

    /// Looks whether the subscription has been changed; waits while it is.
    private func refresh() throws(BrokerError) {
        guard let broker, let subscription else { return }
        switch reading {
        case .inForce:
            take(try broker.versions(of: subscription))
        case .version(let number):
            // A version never changes: one look is enough.
            guard versions.isEmpty else { return }
            take([try broker.subscription(subscription).version(number)])
        }
    }

    private func take(_ found: [SubscriptionVersion]) {
        guard found != versions else { return }
        filters = found.map { version in
            versions.firstIndex(of: version).flatMap { filters[$0] }
        }
        versions = found
    }

    private func filter(at place: Int) throws(BrokerError) -> SubscriptionFilter {
        if let filter = filters[place] { return filter }
        do throws(FilterError) {
            let filter = try SubscriptionFilter(versions[place].filter)
            filters[place] = filter
            return filter
        } catch {
            throw .storedFilter(
                error, subscription: subscription ?? "", version: versions[place].number)
        }
    }
}
