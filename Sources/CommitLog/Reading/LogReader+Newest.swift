import Bytes
import Records

/// Searches for the largest timestamp.
extension LogReader {
    /// Where records may be, and the latest time that one of them has.
    private enum Candidate: Sendable {
        case segment(SegmentExtent)
        /// The offset from which on a batch can be read.
        case batch(Int64)
    }
    private struct Search {
        var best: TimedOffset?
        /// Batches that may still be opened.
        var left = LogLimits.newestBatchesMax

        /// Whether records of these times may be better than what was found.
        func wants(_ timestamp: Int64) -> Bool {
            left > 0 && timestamp > best?.timestamp ?? .min
        }

        mutating func take(_ record: TimedOffset) {
            let known = best ?? TimedOffset(offset: .zero, timestamp: .min)
            let isEarlier = record.timestamp == known.timestamp && record.offset < known.offset
            if record.timestamp > known.timestamp || isEarlier { best = record }
        }
    }

    /// The record with the largest timestamp, the first of several; nil if no record can be read.
    ///
    /// Batches say their largest time, so that usually one is opened; one whose records cannot be read
    /// is passed over, as by searches for a time, and at most ``LogLimits/newestBatchesMax`` are opened.
    ///
    /// O(segments + batches that are not sealed), and blocks of the segments that are looked into.
    func newestRecord(_ id: PartitionID) throws(ReadError) -> TimedOffset? {
        while true {
            if let search = try newest(of: id) { return search.best }
        }
    }

    /// Nil if segments were replaced or removed meanwhile.
    private func newest(of id: PartitionID) throws(ReadError) -> Search? {
        let found = shared.withState { state -> (PartitionState, [(Int64, Candidate)])? in
            guard var partition = state.partitions[id] else { return nil }
            let batches = partition.recent.places.map { place in
                (place.maxTimestamp, Candidate.batch(max(partition.start, place.baseOffset)))
            }
            partition.recent = RecentBatches()
            return (partition, batches)
        }
        guard let (partition, batches) = found else { throw .unknownPartition(id) }
        let segments = partition.segments.map { ($0.maxTimestamp, Candidate.segment($0)) }
        var search = Search()
        // Stable: of equal times the earlier offsets come first.
        for (timestamp, candidate) in (segments + batches).sorted(by: { $0.0 > $1.0 }) {
            guard search.wants(timestamp) else { break }
            switch candidate {
            case .batch(let offset): try open(id, at: offset, &search)
            case .segment(let extent):
                guard try look(into: extent, of: id, partition, &search) else { return nil }
            }
        }
        return search
    }

    /// False if the segment was replaced or removed meanwhile.
    private func look(
        into extent: SegmentExtent, of id: PartitionID, _ partition: PartitionState,
        _ search: inout Search
    ) throws(ReadError) -> Bool {
        let reader: SegmentReader
        do throws(ReadError) {
            reader = try segments.reader(
                extent, of: id, topic: partition.topic, index: partition.index)
        } catch .damaged(let damage, _)
            where damage.kind == .missing && isReplaced(extent, of: id)
        {
            return false
        }
        let blocks = reader.blocks[reader.index(reaching: partition.start)...]
            .filter { $0.position < extent.byteCount }
            .sorted { $0.maxTimestamp > $1.maxTimestamp }
        for block in blocks {
            guard search.wants(block.maxTimestamp) else { break }
            try open(id, at: max(partition.start, block.baseOffset), &search)
        }
        return true
    }

    /// Takes the newest record of the batch that holds `offset`, from there on.
    private func open(
        _ id: PartitionID, at offset: Int64, _ search: inout Search
    ) throws(ReadError) {
        search.left -= 1
        var bytes: [UInt8] = []
        let start = RecordOffset(rawValue: offset)
        let ranges: [Range<Int>]
        do throws(ReadError) {
            ranges = try read(id, from: start, maximumBytes: 0, into: &bytes).batches
        } catch .offsetOutOfRange {
            return  // The start has moved up meanwhile.
        }
        guard let range = ranges.first else { return }
        var buffer = RecordBuffer()
        do throws(BatchError) {
            let batch = bytes.rawSpan.slice(range.lowerBound, count: range.count)
            try BatchReader().read(batch, into: &buffer)
        } catch {
            // As its producer gave it, since its checksum is right.
            shared.withState { $0.statistics.unreadableBatches += 1 }
            return
        }
        for row in buffer.rows where row.offset >= offset {
            search.take(
                TimedOffset(
                    offset: RecordOffset(rawValue: row.offset), timestamp: row.timestamp))
        }
    }
}
