import Bytes
import CommitLog
import Expressions
import Filters
import Records

/// Finds the next block of a partition in which filters, one behind the other, can match.
///
/// Only sealed blocks have summaries; what has none is read.
struct BlockSkipper {
    /// What is known of a block.
    enum State {
        case canSkip
        case mustRead
        /// There is no summary, or it does not tell of all fields: the block must be read.
        case unknown
    }

    private let filters: [SubscriptionFilter]
    /// The fields that the filters look at in summaries.
    private let fields: [FieldReference]
    /// The segment that was looked at last: its blocks, and whether each can be passed over.
    private var known: [(block: SealedBlocks.Block, canSkip: Bool)] = []
    private var knownEnd = RecordOffset.zero
    private(set) var passedOver = PassedOver()

    /// A skipper for filters of which summaries can tell something; else nil.
    init?(_ filters: [SubscriptionFilter]) {
        fields = filters.flatMap(\.summarizedFields)
        guard !fields.isEmpty else { return nil }
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
            passedOver.add(block)
            offset = block.offsets.upperBound
        }
        return min(offset, limit)
    }

    /// Bytes of the blocks from the one that holds `offset` up to the next that can be passed over,
    /// within the segment that was looked at last; nil if nothing is known of them.
    func byteCountToRead(from offset: RecordOffset) -> Int? {
        guard offset < knownEnd, let first = index(reaching: offset) else { return nil }
        var count = 0
        for (block, canSkip) in known[first...] {
            if canSkip { break }
            count += block.byteCount
        }
        return count
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
        known.removeAll(keepingCapacity: true)
        for block in listed.blocks {
            known.append((block, state(of: block, in: listed) == .canSkip))
        }
        knownEnd = listed.end
        return true
    }

    /// What the summary of a block says.
    mutating func state(of block: SealedBlocks.Block, in listed: SealedBlocks) -> State {
        guard let range = block.summary,
            let summary = BlockSummary(
                decoding: listed.summaries.rawSpan.slice(range.lowerBound, count: range.count))
        else { return .unknown }
        if SubscriptionFilter.canSkip(filters, summary) { return .canSkip }
        return summary.covers(fields) ? .mustRead : .unknown
    }
}
