/// What the log knows of one partition.
struct PartitionState: Sendable {
    let topic: String
    let index: Int32
    var options: PartitionOptions
    /// The first offset that can be read.
    var start: Int64 = 0
    /// Offset of the next record.
    var end: Int64 = 0
    /// By ascending offsets.
    var segments: [SegmentExtent] = []
    /// Offsets below have been compacted together.
    var compactedEnd: Int64 = 0
    /// What was removed so far, by reason; reasons without any are left out.
    var removed: [RemovalReason: RemovalTally] = [:]
    /// What is not in segments.
    var recent = RecentBatches()
    /// Who has appended to it with an identity.
    var producers = ProducerTable()

    /// Offsets below are in segments, or are gone.
    var sealedEnd: Int64 { segments.last?.end ?? start }

    init(topic: String, index: Int32, options: PartitionOptions) {
        self.topic = topic
        self.index = index
        self.options = options
    }

    /// Adds to what was removed.
    mutating func count(_ tally: RemovalTally, removedFor reason: RemovalReason) {
        guard tally != .none else { return }
        removed[reason, default: .none].records += tally.records
        removed[reason, default: .none].bytes += tally.bytes
    }

    /// Moves the start up to `offset`, at most to the end, and forgets what lies below.
    mutating func removeBefore(_ offset: Int64, for reason: RemovalReason) {
        let target = min(offset, end)
        guard target > start else { return }
        var tally = removed[reason] ?? .none
        tally.records += target - start
        start = target
        while let first = segments.first, first.end <= target {
            tally.bytes += first.totalByteCount
            segments.removeFirst()
        }
        tally.bytes += recent.removeBelow(target)
        removed[reason] = tally
    }
}
