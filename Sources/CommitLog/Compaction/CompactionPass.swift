import Bytes
import Platform
import Records
import SystemPackage

/// One pass of compaction over one partition, cut into steps of one segment each.
///
/// First it maps the keys of what was sealed since the last pass to their newest offsets, until the
/// map is full; then it writes everything before that point anew, without the records that the map
/// supersedes. Cost: the dirty part is read once, all up to the end of the map once more, and what
/// stays is written once, all in order.
///
/// Nothing counts before ``CompactionPass/publish()``, and after it only a snapshot makes it last: a
/// crash anywhere leaves the old segments or the new ones.
final class CompactionPass {
    private enum Stage {
        case map(Int)
        case rewrite(Int)
        case finish
        case publish
    }
    /// What a pass takes away.
    struct Counts: Sendable {
        var superseded: Int64 = 0
        var tombstones: Int64 = 0
        var keyless: Int64 = 0
        /// Batches that were kept as they are, because their records cannot be read.
        var untouched: Int64 = 0
    }

    private let shared: LogShared
    private let segments: SegmentCache
    private let id: PartitionID
    private let partition: PartitionState
    private let time: Int64
    /// Records from here on stay as they are: too young.
    private let limit: Int64
    /// Segments of which a tombstone is due, at least.
    private let sweptCount: Int
    private var stage = Stage.map(0)
    private var map: KeyMap
    /// Records before have their newest place in the map or below ``PartitionState/compactedEnd``.
    private var mapEnd: Int64
    private var isMapFull = false
    /// Where the map begins; if it ends there too, only tombstones are due.
    private let mapStart: Int64
    private let segmentWriter: SegmentWriter
    private let writer: CompactionWriter
    /// Segments that are replaced.
    private var replaced: [SegmentExtent] = []
    private var hasSplit = false
    /// A batch was kept as it is, so a tombstone behind it may still be needed.
    private var keepsTombstones = false
    private var counts = Counts()
    private let reader = BatchReader()
    private var records = RecordBuffer()
    private var bytes: [UInt8] = []

    /// A pass over a partition as it is now; `time` is the trusted one, records from `limit` on are too
    /// young.
    init(
        _ id: PartitionID, _ partition: PartitionState, time: Int64, limit: Int64,
        shared: LogShared, segments: SegmentCache
    ) {
        (self.id, self.partition, self.time, self.limit) = (id, partition, time, limit)
        (self.shared, self.segments) = (shared, segments)
        sweptCount = (partition.segments.lastIndex { $0.deleteHorizon <= time } ?? -1) + 1
        mapStart = max(partition.compactedEnd, partition.start)
        mapEnd = mapStart
        map = KeyMap(byteCountMax: shared.options.keyMapByteCountMax)
        segmentWriter = SegmentWriter(
            id, partition, in: shared, byteCountMax: shared.options.segmentByteCountMax,
            generation: 1 + (partition.segments.map(\.generation).max() ?? 0))
        writer = CompactionWriter(
            segment: segmentWriter, level: partition.options.compressionLevel,
            blockByteCount: shared.options.blockByteCount)
    }

    /// Does the next thing.
    ///
    /// - Returns: true when the pass is over.
    func step() throws(MaintenanceError) -> Bool {
        do {
            return try stepOrFail()
        } catch let error as MaintenanceError {
            abandon()
            throw error
        } catch let error as IOError {
            abandon()
            throw .inputOutput(error)
        } catch let error as ReadError {
            abandon()
            if case .damaged(let damage, _) = error { throw .damaged(damage) }
            if case .inputOutput(let error) = error { throw .inputOutput(error) }
            preconditionFailure("a segment fails with damage or IOError, not \(error)")
        } catch let damage as Damage {
            abandon()
            throw .damaged(damage)
        } catch {
            preconditionFailure("compaction fails with IOError or Damage, not \(error)")
        }
    }

    /// Gives the space of an unfinished pass back at once: the disk may be full because of it.
    func abandon() {
        for extent in segmentWriter.extents {
            try? shared.fileSystem.remove(
                shared.layout.segment(partition.topic, partition.index, extent))
            try? shared.fileSystem.remove(
                shared.layout.index(partition.topic, partition.index, extent))
            try? shared.fileSystem.remove(
                shared.layout.summary(partition.topic, partition.index, extent))
        }
        shared.withState { $0.needsSweep = true }
    }

    private func stepOrFail() throws -> Bool {
        switch stage {
        case .map(let index):
            let isOver = index == partition.segments.count || isMapFull || mapEnd >= limit
            if isOver {
                stage = .rewrite(0)
            } else {
                try mapKeys(partition.segments[index])
                stage = .map(index + 1)
            }
        case .rewrite(let index):
            let isInRange =
                index < partition.segments.count
                && (mapEnd > mapStart
                    ? partition.segments[index].base < mapEnd : index < sweptCount)
            if isInRange {
                try rewrite(partition.segments[index])
                stage = .rewrite(index + 1)
            } else {
                stage = .finish
            }
        case .finish:
            try finish()
            stage = .publish
        case .publish:
            publish()
            return true
        }
        return false
    }

    // MARK: Keys

    private func mapKeys(_ extent: SegmentExtent) throws {
        guard extent.end > mapEnd else { return }
        try forEachBlock(of: extent, from: mapEnd) { block, header in
            guard try read(block, header) else {
                counts.untouched += 1
                return true
            }
            guard mapKeys(of: records) else { return false }
            mapEnd = min(limit, header.nextOffset.rawValue)
            return true
        }
        if !isMapFull { mapEnd = min(limit, max(mapEnd, extent.end)) }
    }

    /// Maps the keys of a block; false when the map is full or the records are too young.
    private func mapKeys(of records: borrowing RecordBuffer) -> Bool {
        let block = records.block
        for row in 0..<block.count {
            let offset = block.rows[row].offset
            if offset < mapEnd { continue }
            if offset >= limit { return false }
            guard let key = block.key(row) else {
                counts.keyless += 1
                continue
            }
            guard map.insert(key, offset: offset) else {
                isMapFull = true
                mapEnd = offset
                return false
            }
        }
        return true
    }

    // MARK: Records

    private func rewrite(_ extent: SegmentExtent) throws {
        replaced.append(extent)
        try forEachBlock(of: extent, from: partition.start) { block, header in
            guard try read(block, header) else {
                if !header.attributes.isControl { keepsTombstones = true }
                try splitIfReached(header.baseOffset.rawValue)
                try writer.move(
                    block, header, minTimestamp: min(header.baseTimestamp, header.maxTimestamp))
                return true
            }
            // What sealing has written may hold a producer's own horizon, which says nothing.
            let horizon = extent.generation > 0 ? header.deleteHorizon : nil
            try rewrite(records, header, horizon: horizon)
            return true
        }
        if extent.end >= mapEnd { try splitIfReached(mapEnd) }
    }

    private func rewrite(
        _ records: borrowing RecordBuffer, _ header: BatchHeader, horizon: Int64?
    ) throws {
        let block = records.block
        for row in 0..<block.count {
            let offset = block.rows[row].offset
            var deleteHorizon: Int64?
            if offset < mapEnd, let key = block.key(row) {
                if let newest = map.offset(of: key), newest > offset {
                    counts.superseded += 1
                    continue
                }
                if block.value(row) == nil {
                    guard let later = keptUntil(horizon) else {
                        counts.tombstones += 1
                        continue
                    }
                    deleteHorizon = later
                }
            }
            try splitIfReached(offset)
            try writer.append(
                block, row: row, deleteHorizon: deleteHorizon,
                hasLogAppendTime: header.attributes.hasLogAppendTime)
        }
    }

    /// Until when a tombstone stays; nil if it goes now.
    private func keptUntil(_ horizon: Int64?) -> Int64? {
        guard let horizon else { return later(by: partition.options.deleteRetentionMilliseconds) }
        if horizon > time { return horizon }
        // Looked at again, but not each time that somebody looks.
        return keepsTombstones ? later(by: LogLimits.tombstoneRetryMilliseconds) : nil
    }

    private func later(by milliseconds: Int64) -> Int64 {
        let (sum, overflows) = time.addingReportingOverflow(milliseconds)
        return overflows ? .max : sum
    }

    /// Ends the compacted part: what follows is the dirty part of the next pass.
    private func splitIfReached(_ offset: Int64) throws {
        guard !hasSplit, offset >= mapEnd else { return }
        hasSplit = true
        try writer.endBlock()
        try segmentWriter.cover(to: mapEnd, base: firstBase)
        try segmentWriter.endSegment()
    }

    private var firstBase: Int64 { replaced.first?.base ?? partition.start }

    private func finish() throws {
        guard let last = replaced.last else { return }
        try writer.endBlock()
        if !hasSplit || last.end > mapEnd {
            try segmentWriter.cover(to: last.end, base: hasSplit ? mapEnd : firstBase)
        }
        try segmentWriter.finish()
    }

    /// Lets readers see the new segments.
    private func publish() {
        let (new, replaced, counts, mapEnd) = (segmentWriter.extents, replaced, counts, mapEnd)
        let bytesIn = replaced.reduce(0) { $0 + $1.totalByteCount }
        let bytesOut = new.reduce(0) { $0 + $1.totalByteCount }
        shared.withState { state in
            state.needsSweep = true
            guard var partition = state.partitions[id], let last = replaced.last else { return }
            // Meanwhile a frame may have moved the start up; what it removed stays removed.
            partition.segments =
                new.filter { $0.end > partition.start }
                + partition.segments.filter { $0.base >= last.end }
            partition.compactedEnd = max(partition.compactedEnd, mapEnd)
            partition.count(counts, bytes: max(0, bytesIn - bytesOut))
            state.partitions[id] = partition
            state.statistics.compactions += 1
            state.statistics.compactedBytesIn += bytesIn
            state.statistics.compactedBytesOut += bytesOut
            state.statistics.keylessRecords += counts.keyless
            state.statistics.untouchedBatches += counts.untouched
        }
    }

    // MARK: Blocks

    /// Reads the records of a block; false if it is to be kept as it is.
    ///
    /// Records that do not decompress, as a client gave them, hide their keys. What is sealed of
    /// transactions was committed.
    private func read(_ block: RawSpan, _ header: BatchHeader) throws -> Bool {
        guard !header.attributes.isControl else { return false }
        do throws(BatchError) { try reader.read(block, into: &records) } catch { return false }
        return true
    }

    /// Calls `body` with the blocks that reach to `offset` or behind, until it says false.
    private func forEachBlock(
        of extent: SegmentExtent, from offset: Int64,
        _ body: (RawSpan, BatchHeader) throws -> Bool
    ) throws {
        let reader = try segments.reader(
            extent, of: id, topic: partition.topic, index: partition.index)
        for place in reader.blocks[reader.index(reaching: offset)...] {
            guard place.position < extent.byteCount else { return }
            var stored: [UInt8] = []
            swap(&stored, &bytes)
            defer { swap(&stored, &bytes) }
            stored.removeAll(keepingCapacity: true)
            try reader.file.read(into: &stored, count: Int(place.byteCount), at: place.position)
            let problem = BatchCheck.problem(
                stored.rawSpan, baseOffset: place.baseOffset, nextOffset: place.nextOffset,
                byteCount: Int(place.byteCount))
            if let problem {
                throw Damage(
                    .batch, file: reader.file.path, position: place.position,
                    byteCount: Int64(place.byteCount), reason: problem, topic: partition.topic,
                    partitionIndex: partition.index,
                    offsets: RecordOffset(
                        rawValue: place.baseOffset)..<RecordOffset(rawValue: place.nextOffset))
            }
            guard try body(stored.rawSpan, BatchHeader(parsing: stored.rawSpan)) else { return }
        }
    }
}

extension PartitionState {
    fileprivate mutating func count(_ counts: CompactionPass.Counts, bytes: Int64) {
        guard counts.superseded + counts.tombstones > 0 else { return }
        if counts.superseded > 0 {
            removed[.superseded, default: .none].records += counts.superseded
        }
        if counts.tombstones > 0 {
            removed[.tombstone, default: .none].records += counts.tombstones
        }
        removed[counts.superseded > 0 ? .superseded : .tombstone, default: .none].bytes += bytes
    }
}
