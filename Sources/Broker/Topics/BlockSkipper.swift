import Bytes
import CommitLog
import Expressions
import Filters
import Records

/// Finds the next block of a partition in which a selector's filters can match.
///
/// Only sealed blocks have summaries; what has none is read.
struct BlockSkipper {
    /// What is known of a block.
    enum State {
        /// The filter of that version excludes it; 0 if the reader's conditions do.
        case canSkip(version: Int32)
        case mustRead
        /// There is no summary, or it does not tell of all fields: the block must be read.
        case unknown
    }

    private let selector: RecordSelector
    private let partition: Int32
    /// The segment that was looked at last: its blocks, and the version whose filter excludes each,
    /// nil for one that must be read.
    private var known: [(block: SealedBlocks.Block, exclusion: Int32?)] = []
    private var knownEnd = RecordOffset.zero
    private(set) var passedOver = PassedOver()

    init(_ selector: RecordSelector, partition: Int32) {
        self.selector = selector
        self.partition = partition
    }

    /// The first offset at or behind `start` that must be read; at most `limit`.
    mutating func next(
        _ log: CommitLog, _ id: PartitionID, from start: RecordOffset, limit: RecordOffset
    ) throws(BrokerError) -> RecordOffset {
        guard selector.usesSummaries else { return start }
        var offset = start
        while offset < limit {
            if known.first.map({ offset < $0.block.offsets.lowerBound }) ?? true
                || offset >= knownEnd
            {
                guard try list(log, id, holding: offset) else { return offset }
            }
            guard let index = index(reaching: offset), let version = known[index].exclusion else {
                return offset
            }
            let block = known[index].block
            let end = min(block.offsets.upperBound, limit)
            // Not all of them, if reading began within the block.
            let count = min(Int64(block.recordCount), end.rawValue - offset.rawValue)
            selector.noteSkipped(count, version: version)
            passedOver.add(block, recordCount: count)
            offset = end
        }
        return min(offset, limit)
    }

    /// Bytes of the blocks from the one that holds `offset` up to the next that can be passed over,
    /// within the segment that was looked at last; nil if nothing is known of them.
    func byteCountToRead(from offset: RecordOffset) -> Int? {
        guard offset < knownEnd, let first = index(reaching: offset) else { return nil }
        var count = 0
        for (block, exclusion) in known[first...] {
            if exclusion != nil { break }
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
        _ log: CommitLog, _ id: PartitionID, holding offset: RecordOffset
    ) throws(BrokerError) -> Bool {
        let found: SealedBlocks?
        do throws(ReadError) { found = try log.sealedBlocks(id, holding: offset) } catch {
            throw .read(error)
        }
        guard let found else { return false }
        known.removeAll(keepingCapacity: true)
        for block in found.blocks {
            let state = try state(of: block, in: found)
            let exclusion: Int32? = if case .canSkip(let version) = state { version } else { nil }
            known.append((block, exclusion))
        }
        knownEnd = found.end
        return true
    }

    /// What the summary of a block says.
    func state(
        of block: SealedBlocks.Block, in listed: SealedBlocks
    ) throws(BrokerError) -> State {
        guard selector.usesSummaries, let range = block.summary,
            let summary = BlockSummary(
                decoding: listed.summaries.rawSpan.slice(range.lowerBound, count: range.count))
        else { return .unknown }
        if let version = try selector.exclusion(summary, block.offsets, of: partition) {
            return .canSkip(version: version)
        }
        return selector.isCovered(by: summary) ? .mustRead : .unknown
    }
}
