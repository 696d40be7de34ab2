package import Filters
package import Records

/// One filter of a subscription, and from where on it decides.
package struct SubscriptionVersion: Equatable, Sendable {
    /// 1 for the first filter, one more for each change.
    package let number: Int32
    package let filter: FilterDefinition
    /// When it was made: milliseconds since 1970-01-01 UTC.
    package let changedAt: Int64
    /// The first offset that it decides about, by partition; it does so up to that of the next
    /// version.
    ///
    /// Empty if it is the oldest that is known: it decides from the first offset on.
    package let starts: [RecordOffset]

    package init(
        number: Int32, filter: FilterDefinition, changedAt: Int64, starts: [RecordOffset]
    ) {
        self.number = number
        self.filter = filter
        self.changedAt = changedAt
        self.starts = starts
    }

    /// The first offset of a partition that it decides about.
    package func start(of partition: Int32) -> RecordOffset {
        starts.indices.contains(Int(partition)) ? starts[Int(partition)] : .zero
    }
}

extension [SubscriptionVersion] {
    /// The places of the versions that decide about records of a partition, with the offsets for
    /// which they do; ascending, without gaps, the first version for all before its start too.
    ///
    /// O(versions).
    func parts(
        of partition: Int32, _ offsets: Range<RecordOffset>
    ) -> [(place: Int, offsets: Range<RecordOffset>)] {
        var parts: [(place: Int, offsets: Range<RecordOffset>)] = []
        var end = offsets.upperBound
        for place in indices.reversed() {
            let start = place == 0 ? offsets.lowerBound : self[place].start(of: partition)
            guard start < end else { continue }
            parts.append((place, Swift.max(start, offsets.lowerBound)..<end))
            end = start
            if end <= offsets.lowerBound { break }
        }
        return parts.reversed()
    }
}
