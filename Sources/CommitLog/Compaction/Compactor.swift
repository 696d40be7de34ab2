import Records

/// Chooses what is compacted: which partitions, and up to where.
///
/// One thread at a time.
struct Compactor {
    private let shared: LogShared
    private let segments: SegmentCache

    init(shared: LogShared, segments: SegmentCache) {
        self.shared = shared
        self.segments = segments
    }

    /// The partitions whose compaction is worth its writing now, the dirtiest first.
    func due(at time: Int64) -> [PartitionID] {
        let partitions = shared.withState { state in
            state.partitions.filter { $0.value.options.cleanup.compacts }
                .mapValues { partition in
                    var copy = partition
                    copy.recent = RecentBatches()
                    return copy
                }
        }
        return partitions.compactMap { id, partition in
            dirtiness(id, partition, at: time).map { (id, $0) }
        }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        .map(\.0)
    }

    /// The next pass over a partition; nil if there is nothing to be done.
    func pass(_ id: PartitionID, at time: Int64) -> CompactionPass? {
        let partition = shared.withState { state -> PartitionState? in
            guard var partition = state.partitions[id] else { return nil }
            partition.recent = RecentBatches()
            return partition
        }
        guard let partition, partition.options.cleanup.compacts else { return nil }
        let limit = limit(id, partition, at: time)
        let isDirty = limit > max(partition.compactedEnd, partition.start)
        guard isDirty || partition.segments.contains(where: { $0.deleteHorizon <= time }) else {
            return nil
        }
        return CompactionPass(
            id, partition, time: time, limit: limit, shared: shared, segments: segments)
    }

    /// Part of the bytes that is new and old enough; nil if that is not reason enough.
    private func dirtiness(_ id: PartitionID, _ partition: PartitionState, at time: Int64)
        -> Double?
    {
        let options = partition.options
        let limit = limit(id, partition, at: time)
        let from = max(partition.compactedEnd, partition.start)
        var (clean, dirty): (Int64, Int64) = (0, 0)
        var oldest = Int64.max
        for extent in partition.segments where extent.base < limit {
            if extent.end <= from {
                clean += extent.byteCount
            } else {
                dirty += extent.byteCount
                oldest = min(oldest, extent.minTimestamp)
            }
        }
        let isSwept = partition.segments.contains { $0.deleteHorizon <= time }
        guard limit > from, dirty > 0 else { return isSwept ? 0 : nil }
        let ratio = Double(dirty) / Double(clean + dirty)
        let isOverdue = options.compactionLagMaxMilliseconds.map { oldest < time - $0 } ?? false
        return ratio >= options.dirtyRatioMin || isOverdue || isSwept ? ratio : nil
    }

    /// Offset of the first sealed record that is too young; behind the last one if none is.
    private func limit(_ id: PartitionID, _ partition: PartitionState, at time: Int64) -> Int64 {
        let lag = partition.options.compactionLagMinMilliseconds
        guard lag > 0 else { return partition.sealedEnd }
        for extent in partition.segments
        where extent.end > partition.compactedEnd && extent.maxTimestamp > time - lag {
            let reader = try? segments.reader(
                extent, of: id, topic: partition.topic, index: partition.index)
            let young = reader?.blocks.first { $0.maxTimestamp > time - lag }
            return max(extent.base, young?.baseOffset ?? extent.base)
        }
        return partition.sealedEnd
    }
}
