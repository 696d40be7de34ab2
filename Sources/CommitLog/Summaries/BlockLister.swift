import Bytes
import Platform
import Records
import SystemPackage

/// Lists the blocks of segments with their summaries, and makes summaries that are missing.
///
/// Any number of threads at once.
struct BlockLister: Sendable {
    private let shared: LogShared
    private let segments: SegmentCache

    init(shared: LogShared, segments: SegmentCache) {
        self.shared = shared
        self.segments = segments
    }

    /// The segment that holds `offset`; nil if none does.
    private func segment(_ id: PartitionID, holding offset: Int64) -> SegmentPlace? {
        shared.withState { state -> SegmentPlace? in
            guard let partition = state.partitions[id], offset >= partition.start,
                offset < partition.sealedEnd
            else { return nil }
            let index = partition.segments.firstIndex(reaching: { $0.end > offset })
            return SegmentPlace(
                id: id, topic: partition.topic, index: partition.index,
                extent: partition.segments[index])
        }
    }

    /// The blocks of the segment that holds `offset`, those before it too; nil if none does.
    func blocks(_ id: PartitionID, holding offset: Int64) throws(ReadError) -> SealedBlocks? {
        guard let segment = segment(id, holding: offset) else { return nil }
        let places = try self.places(segment)
        let table: SummaryTable
        do throws(IOError) { table = try SummaryTable(segment, in: shared) } catch {
            throw .inputOutput(error)
        }
        return SealedBlocks(
            blocks: places.map { place in
                let next = RecordOffset(rawValue: place.nextOffset)
                return SealedBlocks.Block(
                    offsets: RecordOffset(rawValue: place.baseOffset)..<next,
                    recordCount: Int(place.recordCount), byteCount: Int(place.byteCount),
                    summary: table.summary(of: place))
            },
            summaries: table.bytes, end: RecordOffset(rawValue: segment.extent.end))
    }

    private func places(_ segment: SegmentPlace) throws(ReadError) -> ArraySlice<BlockPlace> {
        let reader = try segments.reader(
            segment.extent, of: segment.id, topic: segment.topic, index: segment.index)
        // Blocks that a newer sealing has added are not yet part of this state.
        let count = reader.blocks.firstIndex(reaching: {
            $0.position >= segment.extent.byteCount
        })
        return reader.blocks[..<count]
    }

    // MARK: Making summaries

    /// Makes the summaries that are missing or say too little, of the segment that holds `offset`.
    ///
    /// - Returns: where the next segment begins and how many summaries were made; nil if no segment
    ///   holds the offset.
    func summarize(
        _ id: PartitionID, holding offset: Int64
    ) throws(ReadError) -> (next: RecordOffset, count: Int)? {
        guard let segment = segment(id, holding: offset) else { return nil }
        let next = RecordOffset(rawValue: segment.extent.end)
        guard let summarizer = shared.options.summarizer?(segment.topic) else { return (next, 0) }
        let reader = try segments.reader(
            segment.extent, of: id, topic: segment.topic, index: segment.index)
        let places = try places(segment)
        do throws(IOError) {
            return (next, try summarize(segment, places, in: reader.file, by: summarizer))
        } catch {
            throw .inputOutput(error)
        }
    }

    private func summarize(
        _ segment: SegmentPlace, _ places: ArraySlice<BlockPlace>, in file: borrowing File,
        by summarizer: any BlockSummarizer
    ) throws(IOError) -> Int {
        var summarizer = summarizer
        let known = try SummaryTable(segment, in: shared)
        var bytes = segment.header.bytes
        var count = 0
        var block: [UInt8] = []
        var summary: [UInt8] = []
        for place in places {
            if let range = known.summary(of: place) {
                let old = known.bytes.rawSpan.slice(range.lowerBound, count: range.count)
                if summarizer.covers(old) {
                    SummaryEntry.append(old, of: place, to: &bytes)
                    continue
                }
            }
            block.removeAll(keepingCapacity: true)
            try file.read(into: &block, count: Int(place.byteCount), at: place.position)
            let problem = BatchCheck.problem(
                block.rawSpan, baseOffset: place.baseOffset, nextOffset: place.nextOffset,
                byteCount: Int(place.byteCount))
            // Damage is for those to name who read.
            guard problem == nil else { continue }
            summary.removeAll(keepingCapacity: true)
            summarizer.summarize(block.rawSpan, into: &summary)
            guard !summary.isEmpty, summary.count <= LogLimits.summaryByteCountMax else { continue }
            SummaryEntry.append(summary.rawSpan, of: place, to: &bytes)
            count += 1
        }
        // As a whole, beside a sealing that may append to the old file: what that one writes is
        // lost, and made when it is asked for again.
        if count > 0 {
            try shared.fileSystem.replace(segment.summary(in: shared.layout), with: bytes.rawSpan)
        }
        return count
    }
}
