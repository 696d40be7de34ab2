import Bytes
import CommitLog
import Platform
import Synchronization

/// Positions that nobody has used for long go.
extension GroupCoordinator {
    /// When positions were saved last, by stream.
    private typealias Ages = [String: Int64]

    /// Forgets positions of groups that are not in use, and groups without positions.
    ///
    /// A group without members loses all positions at once, when for `offsetsRetention` it has had
    /// none and has saved nothing: a partition without records is never saved again, and is no less
    /// in use for it. (Kafka forgets single partitions of groups that never had members.) A stable
    /// group of consumers loses those on topics that its members do not read any more.
    ///
    /// O(positions); waits for the disk. What the log has no room for is for the next call.
    ///
    /// - Parameters:
    ///   - now: milliseconds since 1970-01-01 UTC.
    ///   - isInTransaction: whether a transaction may commit positions of the group.
    /// - Returns: the number of positions that were forgotten.
    /// - Throws: `.damagedState`.
    func expire(
        at now: Int64, isInTransaction: (String) -> Bool
    ) throws(BrokerError) -> Int {
        let unwritten = Monitor(0)
        defer { unwritten.wait { $0 == 0 ? () : nil } }
        var count = 0
        let all = try ages()
        for (group, ages) in all.sorted(by: { $0.key < $1.key }) {
            guard ages.values.contains(where: { isOver($0, at: now) }), !isInTransaction(group)
            else { continue }
            let expired = directory.withLock { directory in
                expire(group, ages, at: now, unwritten, &directory)
            }
            guard let expired else { return count }
            count += expired
        }
        forgetUnused(except: all, unwritten)
        return count
    }

    /// Nil if the log has no room.
    private func expire(
        _ group: String, _ before: Ages, at now: Int64, _ unwritten: Monitor<Int>,
        _ directory: inout Directory
    ) -> Int? {
        guard directory.commits[group] == nil else { return 0 }
        // What was committed meanwhile is in the log by now.
        var ages = before
        var counts: [String: Int] = [:]
        for stream in before.keys {
            let positions = positions(of: group, stream)
            counts[stream] = positions.count
            ages[stream] = positions.map(\.savedAt).max()
        }
        let streams = expired(directory.groups[group], ages, at: now)
        guard !streams.isEmpty else { return 0 }
        let isWhole =
            streams.count == before.count && directory.groups[group]?.isUnused ?? true
        let entries =
            isWhole
            ? removal(of: group, streams) : streams.map { positionsRemoval(of: group, $0) }
        guard forget(entries, unwritten) else { return nil }
        if isWhole { directory.groups[group] = nil }
        return streams.reduce(0) { $0 + counts[$1, default: 0] }
    }

    private func expired(_ slot: GroupSlot?, _ ages: Ages, at now: Int64) -> [String] {
        let newest = ages.values.max() ?? .min
        guard let slot else { return isOver(newest, at: now) ? Array(ages.keys) : [] }
        if let consumer = slot.consumer, !consumer.isEmpty {
            return ages.filter {
                !consumer.interests.contain($0.key) && isOver($0.value, at: now)
            }.map(\.key)
        }
        switch slot.state.phase {
        case .empty:
            let isUnused =
                slot.state.pending.isEmpty && isOver(max(newest, slot.emptySince), at: now)
            return isUnused ? Array(ages.keys) : []
        case .stable:
            guard slot.state.protocolType == ConsumerSubscription.protocolType,
                let topics = slot.state.subscribedTopics
            else { return [] }
            return ages.filter { !topics.contains($0.key) && isOver($0.value, at: now) }.map(\.key)
        case .preparingRebalance, .completingRebalance: return []
        }
    }

    private func forgetUnused(except used: [String: Ages], _ unwritten: Monitor<Int>) {
        directory.withLock { directory in
            let unused = directory.groups.filter { name, slot in
                used[name] == nil && slot.isUnused && directory.commits[name] == nil
            }
            for name in unused.keys {
                guard forget(removal(of: name, []), unwritten) else { return }
                directory.groups[name] = nil
            }
        }
    }

    /// Offers removals and counts them as long as they are not written; false if there is no room.
    private func forget(_ entries: [FrameEntry], _ unwritten: Monitor<Int>) -> Bool {
        unwritten.withLock { $0 += 1 }
        let refusal = submit(entries) { _ in
            unwritten.withLock { $0 -= 1 }
            unwritten.notifyAll()
        }
        guard refusal != nil else { return true }
        unwritten.withLock { $0 -= 1 }
        return false
    }

    private func ages() throws(BrokerError) -> [String: Ages] {
        var ages: [String: Ages] = [:]
        for entry in log.entries(table: StateTable.groupPositions.rawValue) {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard let stream = cursor.text(), let group = cursor.text(),
                let position = GroupPosition(decoding: entry.value)
            else { throw .damagedState(table: "group", key: StateKey.name(entry.key)) }
            let known = ages[group]?[stream] ?? .min
            ages[group, default: [:]][stream] = max(known, position.savedAt)
        }
        return ages
    }

    private func positions(of group: String, _ stream: String) -> [GroupPosition] {
        log.entries(
            table: StateTable.groupPositions.rawValue, prefix: StateKey.make(stream, group)
        ).compactMap { GroupPosition(decoding: $0.value) }
    }

    private func isOver(_ since: Int64, at now: Int64) -> Bool {
        let (age, overflows) = now.subtractingReportingOverflow(since)
        return overflows ? since < 0 : age >= settings.offsetsRetention.wholeMilliseconds
    }
}
