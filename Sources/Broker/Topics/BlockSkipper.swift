import Bytes
import CommitLog
import Expressions
import Filters
import Records

/// Finds the next block of a partition in which filters, one behind the other, can match.
///
/// Only sealed blocks have summaries; what has none is read.
struct BlockSkipper {
    /// What was passed over unread.
    struct Tally {
        var blocks: Int64 = 0
        var records: Int64 = 0
        var bytes: Int64 = 0
    }

    private let filters: [SubscriptionFilter]
    /// The segment that was looked at last: its blocks, and whether each can be passed over.
    private var known: [(block: SealedBlocks.Block, canSkip: Bool)] = []
    private var knownEnd = RecordOffset.zero
    private(set) var tally = Tally()

    /// A skipper for filters of which summaries can tell something; else nil.
    init?(_ filters: [SubscriptionFilter]) {
        guard filters.contains(where: { !$0.summarizedFields.isEmpty }) else { return nil }
        self.filters = filters
    }

    /// The first offset at or behind `start` that must be read; at most `limit`.
    mutating func next(
        _ log: CommitLog, _ partition: PartitionID, from start: RecordOffset, limit: RecordOffset
    ) throws(ReadError) -> RecordOffset {
        var offset = start
        while offset < limit {
            if known.first.map({ offset < $0.block.offsets.lowerBound }) ?? true
                || offset >= knownEnd
            {
                guard try list(log, partition, holding: offset) else { return offset }
            }
            guard let index = index(reaching: offset), known[index].canSkip else { return offset }
            let block = known[index].block
            tally.blocks += 1
            tally.records += Int64(block.recordCount)
            tally.bytes += Int64(block.byteCount)
            offset = block.offsets.upperBound
        }
        return min(offset, limit)
    }

    private func index(reaching offset: RecordOffset) -> Int? {
        var low = 0
        var high = known.count
        while low < high {
            let middle = (low + high) / 2
            if known[middle].block.offsets.upperBound > offset {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low < known.count ? low : nil
    }

    /// Looks at the segment that holds `offset`; false if none does.
    private mutating func list(
        _ log: CommitLog, _ partition: PartitionID, holding offset: RecordOffset
    ) throws(ReadError) -> Bool {
        guard let listed = try log.sealedBlocks(partition, holding: offset) else { return false }
        let summaries = listed.summaries.rawSpan
        known = listed.blocks.map { block in
            guard let range = block.summary,
                let summary = BlockSummary(
                    decoding: summaries.slice(range.lowerBound, count: range.count))
            else { return (block, false) }
            return (block, SubscriptionFilter.canSkip(filters, summary))
        }
        knownEnd = listed.end
        return true
    }
}
