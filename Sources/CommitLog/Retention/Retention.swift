import Platform
import Records

/// Finds what is older than its partition keeps records, or more than partition and log keep.
///
/// It only decides: what it finds is removed by a frame, so that a crash cannot bring it back.
///
/// One thread at a time.
final class Retention {
    private let shared: LogShared
    private let segments: SegmentCache
    private var time = TrustedTime()
    /// Since when the active commit-log file is known, for ``isActiveFileOld()``.
    private var activeFile: (start: LogPosition, since: MonotonicInstant)?

    init(shared: LogShared, segments: SegmentCache) {
        self.shared = shared
        self.segments = segments
    }

    /// The time by which things are old, see ``TrustedTime``.
    func now() -> Int64 {
        let now = time.now(shared.clock)
        let jumps = time.jumps
        shared.withState { $0.statistics.clockJumps = jumps }
        return now
    }

    /// What is known of a partition before its blocks are looked at.
    private struct View: Sendable {
        let id: PartitionID
        /// Without its recent batches.
        let partition: PartitionState
        let recentByteCount: Int64
    }

    /// The removals that are due now; empty if there are none.
    ///
    /// O(partitions + segments); block indexes only of segments that are removed in part.
    func removals() -> [FrameEntry] {
        // A clock before 1970 must not take the subtraction below out of range.
        let now = max(0, now())
        let isLimited = shared.options.retentionByteCount != nil
        let views = shared.withState { state in
            state.partitions.compactMap { id, partition -> View? in
                let options = partition.options
                let isWanted =
                    isLimited || options.retentionMilliseconds != nil
                    || options.retentionByteCount != nil
                guard isWanted, options.cleanup.deletes, partition.start < partition.end else {
                    return nil
                }
                var copy = partition
                copy.recent = RecentBatches()
                return View(
                    id: id, partition: copy, recentByteCount: partition.recent.byteCount)
            }.sorted { $0.id < $1.id }
        }
        var starts: [PartitionID: Int64] = [:]
        var entries: [FrameEntry] = []
        for view in views {
            for (offset, reason) in cut(view, now: now) {
                entries.append(Self.entry(view.id, offset, reason))
                starts[view.id] = offset
            }
        }
        return entries + overflow(views, starts)
    }

    private static func entry(
        _ id: PartitionID, _ offset: Int64, _ reason: RemovalReason
    ) -> FrameEntry {
        .removeBefore(id, offset: RecordOffset(rawValue: offset), reason: reason)
    }

    // MARK: One partition

    private func cut(_ view: View, now: Int64) -> [(offset: Int64, reason: RemovalReason)] {
        let partition = view.partition
        let options = partition.options
        let start = partition.start
        let total = byteCount(view)
        var cut = RetentionCut(
            start: start, horizon: options.retentionMilliseconds.map { now - $0 },
            excess: options.retentionByteCount.map { total - $0 } ?? 0)
        for extent in partition.segments where !cut.isDecided {
            let piece = RetentionCut.Piece(
                end: extent.end, maxTimestamp: extent.maxTimestamp,
                byteCount: extent.base < start ? 0 : extent.byteCount)
            // The first segment may have lost blocks already: its bytes are counted by blocks.
            if extent.base >= start, cut.removes(piece) {
                cut.take(piece)
            } else {
                for block in blocks(extent, of: view) where !cut.isDecided { cut.take(block) }
            }
        }
        if !cut.isDecided {
            cut = shared.withState { state -> RetentionCut in
                var cut = cut
                for place in state.partitions[view.id]?.recent.places ?? [] {
                    if cut.isDecided { break }
                    cut.take(
                        RetentionCut.Piece(
                            end: place.nextOffset, maxTimestamp: place.maxTimestamp,
                            byteCount: Int64(place.byteCount)))
                }
                return cut
            }
        }
        var found: [(offset: Int64, reason: RemovalReason)] = []
        if cut.ageEnd > start { found.append((cut.ageEnd, .age)) }
        if cut.sizeEnd > max(start, cut.ageEnd) { found.append((cut.sizeEnd, .size)) }
        return found
    }

    /// Bytes of what can be read, in segments and in the commit log.
    private func byteCount(_ view: View) -> Int64 {
        var total = view.recentByteCount
        for extent in view.partition.segments {
            if extent.base >= view.partition.start {
                total += extent.byteCount
            } else {
                total += blocks(extent, of: view).reduce(0) { $0 + $1.byteCount }
            }
        }
        return total
    }

    /// The blocks that can be read; none if neither index nor segment can be, which reading tells.
    private func blocks(_ extent: SegmentExtent, of view: View) -> [RetentionCut.Piece] {
        let reader = try? segments.reader(
            extent, of: view.id, topic: view.partition.topic, index: view.partition.index)
        return reader?.blocks.lazy
            .filter { $0.position < extent.byteCount && $0.nextOffset > view.partition.start }
            .map {
                RetentionCut.Piece(
                    end: $0.nextOffset, maxTimestamp: $0.maxTimestamp,
                    byteCount: Int64($0.byteCount))
            } ?? []
    }

    // MARK: The whole log

    /// Removes the oldest segments of all partitions that delete, until the log is small enough.
    ///
    /// Whole segments only: the limit is for the disk, and only whole files give it something back.
    private func overflow(_ views: [View], _ starts: [PartitionID: Int64]) -> [FrameEntry] {
        guard let limit = shared.options.retentionByteCount else { return [] }
        var excess = shared.withState { $0.byteCountOnDisk } - limit
        var candidates: [(age: Int64, id: PartitionID, extent: SegmentExtent)] = []
        for view in views {
            // Running maxima keep the order within a partition.
            var age = Int64.min
            for extent in view.partition.segments {
                age = max(age, extent.maxTimestamp)
                if extent.end <= starts[view.id] ?? 0 {
                    excess -= extent.totalByteCount
                } else {
                    candidates.append((age, view.id, extent))
                }
            }
        }
        candidates.sort { ($0.age, $0.id, $0.extent.base) < ($1.age, $1.id, $1.extent.base) }
        var ends: [PartitionID: Int64] = [:]
        for candidate in candidates {
            if excess <= 0 { break }
            excess -= candidate.extent.totalByteCount
            ends[candidate.id] = candidate.extent.end
        }
        return ends.sorted { $0.key < $1.key }.map { Self.entry($0.key, $0.value, .totalSize) }
    }

    // MARK: The active file

    /// Whether the active commit-log file has waited for its end for so long that it is to be ended
    /// now, because retention or compaction waits for what it holds.
    func isActiveFileOld() -> Bool {
        let now = shared.clock.monotonic
        let active = shared.withState { state -> LogPosition? in
            guard let start = state.files.last?.start, start < state.end else { return nil }
            let isAwaited = state.partitions.values.contains {
                let options = $0.options
                return options.cleanup.compacts || options.retentionMilliseconds != nil
                    || options.retentionByteCount != nil
            }
            return isAwaited ? start : nil
        }
        guard let active else {
            activeFile = nil
            return false
        }
        guard let known = activeFile, known.start == active else {
            activeFile = (active, now)
            return false
        }
        return known.since.duration(to: now) >= LogLimits.activeFileAgeMax
    }
}
