/// When a segment is full: it gets no more blocks.
///
/// Files go only as a whole. A segment that held all that a partition may keep would go when its
/// youngest record is old, so that twice as much lies on the disk; one eighth of it bounds that.
struct SegmentCapacity: Sendable {
    private let byteCountMax: Int64
    private let spanMax: Int64
    /// Segments before were compacted, and what sealing adds was not.
    private let compactedEnd: Int64

    init(_ partition: PartitionState, byteCountMax: Int64, generation: UInt32) {
        let options = partition.options
        var bytes = options.segmentByteCount ?? byteCountMax
        var span = Int64.max
        if options.cleanup.deletes {
            let parts = LogLimits.segmentsPerRetention
            if let limit = options.retentionByteCount { bytes = min(bytes, limit / parts) }
            if let limit = options.retentionMilliseconds { span = limit / parts }
        }
        self.byteCountMax = max(1, bytes)
        spanMax = max(1, span)
        compactedEnd = generation == 0 ? partition.compactedEnd : .min
    }

    func isFull(_ extent: SegmentExtent) -> Bool {
        if extent.end <= compactedEnd || extent.byteCount >= byteCountMax { return true }
        guard extent.minTimestamp <= extent.maxTimestamp else { return false }
        let (span, overflows) = extent.maxTimestamp.subtractingReportingOverflow(
            extent.minTimestamp)
        return overflows || span >= spanMax
    }
}
