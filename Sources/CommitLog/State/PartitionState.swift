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
    /// What is not in segments.
    var recent = RecentBatches()

    /// Offsets below are in segments, or are gone.
    var sealedEnd: Int64 { segments.last?.end ?? start }

    init(topic: String, index: Int32, options: PartitionOptions) {
        self.topic = topic
        self.index = index
        self.options = options
    }
}
