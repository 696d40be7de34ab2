/// Batches of a partition that lie so close together in one commit-log file that one read of them
/// all is cheaper than several.
enum BatchStretch {
    /// The end of the stretch that begins with the batch at `start`.
    ///
    /// It covers at most `byteCountMax` bytes, unless the first batch alone is larger.
    static func end(
        _ places: [(place: BatchPlace, file: CommitFile)], from start: Int,
        byteCountMax: Int64 = .max
    ) -> Int {
        let first = places[start].place
        var end = start + 1
        while end < places.count, places[end].file === places[start].file {
            let previous = places[end - 1].place
            let place = places[end].place
            let gap = place.position - previous.position - Int64(previous.byteCount)
            let byteCount = place.position - first.position + Int64(place.byteCount)
            guard gap <= Int64(LogLimits.readGapMax), byteCount <= byteCountMax else { break }
            end += 1
        }
        return end
    }
}
