/// How a partition is stored and for how long.
///
/// Nothing is ever removed unless an option asks for it: the default retention is for ever, so that
/// an import of old files, whose records keep their own times, does not vanish with the next
/// clean-up (Kafka's default is seven days).
package struct PartitionOptions: Sendable, Equatable {
    /// zstd level of sealed blocks: 1 is fast, 19 small.
    package var compressionLevel: Int8
    /// What happens to old records.
    package var cleanup: CleanupPolicy = .delete
    /// Milliseconds after which records may be removed, by their own timestamps; nil for never.
    package var retentionMilliseconds: Int64?
    /// Bytes that are kept at least, the oldest beyond may be removed; nil for all.
    package var retentionByteCount: Int64?
    /// Milliseconds that a record stays out of compaction, by its own timestamp.
    package var compactionLagMinMilliseconds: Int64 = 0
    /// Milliseconds after which records are compacted however few they are; nil for never.
    package var compactionLagMaxMilliseconds: Int64?
    /// Milliseconds that a tombstone stays after it was first compacted, so that readers who are
    /// behind hear of the removal.
    package var deleteRetentionMilliseconds: Int64 = 24 * 60 * 60 * 1_000
    /// Part of the bytes that must be new before compaction is worth its writing: 0 to 1.
    package var dirtyRatioMin = 0.5
    /// Length at which a segment gets no more blocks, and bytes of the partition's batches at which
    /// they wait no longer to be sealed; nil for that of the log.
    package var segmentByteCount: Int64?
    /// Milliseconds after which what waits to be sealed waits no longer; nil for as long as the
    /// commit-log file is not full.
    package var segmentMilliseconds: Int64?
    /// What an append of this partition's records waits for; nil for that of the log.
    package var durability: Durability?

    package init(compressionLevel: Int8 = 3) { self.compressionLevel = compressionLevel }

    /// The first option that is out of range; nil if there is none.
    package var problem: InvalidPartitionOption? {
        func check(_ name: String, _ value: Int64?, atLeast least: Int64) -> InvalidPartitionOption?
        {
            guard let value, value < least else { return nil }
            return InvalidPartitionOption(name: name, value: "\(value)", rule: "\(least) or more")
        }
        if !(0...1).contains(dirtyRatioMin) {
            return InvalidPartitionOption(
                name: "min.cleanable.dirty.ratio", value: "\(dirtyRatioMin)", rule: "0 to 1")
        }
        if let most = compactionLagMaxMilliseconds, most < compactionLagMinMilliseconds {
            return InvalidPartitionOption(
                name: "max.compaction.lag.ms", value: "\(most)",
                rule: "min.compaction.lag.ms (\(compactionLagMinMilliseconds)) or more")
        }
        return check("retention.ms", retentionMilliseconds, atLeast: 0)
            ?? check("retention.bytes", retentionByteCount, atLeast: 0)
            ?? check("min.compaction.lag.ms", compactionLagMinMilliseconds, atLeast: 0)
            ?? check("delete.retention.ms", deleteRetentionMilliseconds, atLeast: 0)
            ?? check("segment.bytes", segmentByteCount, atLeast: 1)
            ?? check("segment.ms", segmentMilliseconds, atLeast: 1)
    }

    /// Milliseconds that batches may wait to be sealed; nil for any time.
    ///
    /// What is to be compacted in time has to be sealed in time, as Kafka rolls its segments
    /// (`LogConfig.maxSegmentMs`).
    var waitMillisecondsMax: Int64? {
        let lag = cleanup.compacts ? compactionLagMaxMilliseconds : nil
        return [segmentMilliseconds, lag].compactMap { $0 }.min()
    }

    /// Whether anything bounds how long, or how much of, the partition waits to be sealed.
    var boundsWaiting: Bool { waitMillisecondsMax != nil || segmentByteCount != nil }
}

/// A partition option that is out of range.
package struct InvalidPartitionOption: Error, Sendable, Equatable, CustomStringConvertible {
    /// As Kafka calls it.
    package let name: String
    package let value: String
    package let rule: String

    package var description: String { "\(name) cannot be \(value): it has to be \(rule)" }
}
