package import Bytes
package import Filters
package import Records

/// Compares what two filters deliver of the same records.
///
/// A filter whose policy is to fail is taken as one that drops what it cannot evaluate: the
/// comparison goes on behind such a record.
package struct FilterDifference {
    /// Rows of a batch that only one of the filters delivers.
    package struct Rows: Sendable {
        /// Delivered by the second alone.
        package fileprivate(set) var gained = Selection()
        /// Delivered by the first alone.
        package fileprivate(set) var lost = Selection()
    }

    private var before: SubscriptionFilter
    private var after: SubscriptionFilter
    package private(set) var gained: Int64 = 0
    package private(set) var lost: Int64 = 0
    /// Records that both deliver.
    package private(set) var kept: Int64 = 0

    /// - Throws: the first mistake in a filter.
    package init(
        before: FilterDefinition, after: FilterDefinition
    ) throws(FilterError) {
        self.before = try SubscriptionFilter(Self.goingOn(before))
        self.after = try SubscriptionFilter(Self.goingOn(after))
    }

    /// What the first filter has made of the records; it counts as delivered what its policy
    /// delivers without having evaluated it.
    package var countsBefore: FilterCounts { FilterCounts(before.report) }
    /// The same of the second.
    package var countsAfter: FilterCounts { FilterCounts(after.report) }

    /// Compares a batch and counts it; O(bytes of its records), twice.
    package mutating func compare(
        _ block: borrowing RecordBlock, of stream: RecordStream, now: Int64
    ) -> Rows {
        var first = Selection(all: block.count)
        var second = first
        _ = before.select(from: block, of: stream, now: now, selection: &first)
        _ = after.select(from: block, of: stream, now: now, selection: &second)
        let rows = Self.rows(first.rows, second.rows)
        gained += Int64(rows.gained.count)
        lost += Int64(rows.lost.count)
        kept += Int64(first.count - rows.lost.count)
        return rows
    }

    /// Both ascend: one walk finds what is in one alone.
    private static func rows(_ first: [Int32], _ second: [Int32]) -> Rows {
        var rows = Rows()
        var next = 0
        for row in first {
            while next < second.count, second[next] < row {
                rows.gained.append(second[next])
                next += 1
            }
            if next < second.count, second[next] == row {
                next += 1
            } else {
                rows.lost.append(row)
            }
        }
        for row in second[next...] { rows.gained.append(row) }
        return rows
    }

    private static func goingOn(_ definition: FilterDefinition) -> FilterDefinition {
        guard definition.errorPolicy == .fail else { return definition }
        var definition = definition
        definition.errorPolicy = .drop
        return definition
    }
}
