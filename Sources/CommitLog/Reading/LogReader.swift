import Bytes
import Platform
import Records
import SystemPackage

/// Reads records from segments and from the commit log.
///
/// Any number of threads at once.
struct LogReader: Sendable {
    let shared: LogShared
    let segments: SegmentCache

    /// Where a read finds its batches, looked up under the lock and read outside of it.
    private struct Plan {
        let topic: String
        let index: Int32
        let start: Int64
        let end: Int64
        /// The segment that holds the offset, if one does.
        var segment: SegmentExtent?
        /// Otherwise the batches in the commit log and the files that hold them.
        var recent: [(place: BatchPlace, file: CommitFile)] = []
    }

    // MARK: Records

    func read(
        _ id: PartitionID, from offset: RecordOffset, maximumBytes: Int, into bytes: inout [UInt8]
    ) throws(ReadError) -> ReadResult {
        var next = offset.rawValue
        while true {
            guard let plan = plan(id, from: next, maximumBytes: maximumBytes) else {
                throw .unknownPartition(id)
            }
            guard next >= plan.start, next <= plan.end else {
                throw .offsetOutOfRange(
                    RecordOffset(rawValue: next), start: RecordOffset(rawValue: plan.start),
                    end: RecordOffset(rawValue: plan.end))
            }
            var batches: [Range<Int>] = []
            if let segment = plan.segment {
                do throws(ReadError) {
                    next = try read(
                        segment, of: id, plan: plan, from: next, maximumBytes: maximumBytes,
                        into: &bytes, ranges: &batches)
                } catch .damaged(let damage, _)
                    where damage.kind == .missing && isReplaced(segment, of: id)
                {
                    continue
                }
            } else {
                // No batch up to the end: its offsets are gone for good.
                if plan.recent.isEmpty { next = plan.end }
                next = try read(plan, from: next, into: &bytes, ranges: &batches)
            }
            // A segment may end in offsets that no record has; the answer is behind it then.
            if !batches.isEmpty || next >= plan.end || plan.segment == nil {
                return ReadResult(
                    batches: batches, nextOffset: RecordOffset(rawValue: next),
                    highWatermark: RecordOffset(rawValue: plan.end))
            }
        }
    }

    /// Whether retention or compaction has done away with a segment since a plan named it: then its
    /// missing file is no damage, and the plan is to be made anew.
    func isReplaced(_ extent: SegmentExtent, of id: PartitionID) -> Bool {
        shared.withState { state in
            guard let partition = state.partitions[id] else { return true }
            return !partition.segments.contains {
                $0.base == extent.base && $0.generation == extent.generation
            }
        }
    }

    private func plan(_ id: PartitionID, from offset: Int64, maximumBytes: Int) -> Plan? {
        shared.withState { state -> Plan? in
            guard let partition = state.partitions[id] else { return nil }
            var plan = Plan(
                topic: partition.topic, index: partition.index, start: partition.start,
                end: partition.end)
            guard offset >= partition.start, offset < partition.end else { return plan }
            if offset < partition.sealedEnd {
                let index = partition.segments.firstIndex(reaching: { $0.end > offset })
                plan.segment = partition.segments[index]
                return plan
            }
            var total = 0
            let places = partition.recent.places
            for index in partition.recent.index(reaching: offset)..<places.count {
                let place = places[index]
                total += Int(place.byteCount)
                if total > maximumBytes, !plan.recent.isEmpty { break }
                guard let file = state.file(holding: place.position) else { break }
                plan.recent.append((place, file))
            }
            return plan
        }
    }

    private func read(
        _ plan: Plan, from offset: Int64, into bytes: inout [UInt8], ranges: inout [Range<Int>]
    ) throws(ReadError) -> Int64 {
        var next = offset
        var index = 0
        while index < plan.recent.count {
            let end = BatchStretch.end(
                plan.recent, from: index, byteCountMax: Int64(LogLimits.scanByteCount))
            let (first, file) = plan.recent[index]
            let last = plan.recent[end - 1].place
            let base = bytes.count
            do throws(IOError) {
                try file.file.read(
                    into: &bytes,
                    count: Int(last.position - first.position) + Int(last.byteCount),
                    at: file.filePosition(of: LogPosition(rawValue: first.position)))
            } catch {
                throw .inputOutput(error)
            }
            // The batches move together over the frames' headers between them.
            var kept = base
            for (place, _) in plan.recent[index..<end] {
                let start = min(base + Int(place.position - first.position), bytes.count)
                let available = min(Int(place.byteCount), bytes.count - start)
                let problem = BatchCheck.problem(
                    bytes.rawSpan.slice(start, count: available), baseOffset: place.baseOffset,
                    nextOffset: place.nextOffset, byteCount: Int(place.byteCount))
                if let problem {
                    bytes.removeLast(bytes.count - kept)
                    let position = file.filePosition(of: LogPosition(rawValue: place.position))
                    try refuse(
                        problem, file.file.path, position, Int64(place.byteCount), plan,
                        place.baseOffset..<place.nextOffset, hasRead: !ranges.isEmpty)
                    return next
                }
                bytes.move(start..<(start + available), to: kept)
                ranges.append(kept..<(kept + available))
                kept += available
                next = place.nextOffset
            }
            bytes.removeLast(bytes.count - kept)
            index = end
        }
        return next
    }

    private func read(
        _ extent: SegmentExtent, of id: PartitionID, plan: Plan, from offset: Int64,
        maximumBytes: Int, into bytes: inout [UInt8], ranges: inout [Range<Int>]
    ) throws(ReadError) -> Int64 {
        let reader = try segments.reader(
            extent, of: id, topic: plan.topic, index: plan.index)
        let blocks = reader.blocks
        let first = reader.index(reaching: offset)
        // Blocks that a newer sealing has added are not yet part of this state.
        var end = first
        var count = 0
        while end < blocks.count, blocks[end].position < extent.byteCount {
            let size = Int(blocks[end].byteCount)
            if end > first, count + size > maximumBytes { break }
            count += size
            end += 1
        }
        guard first < end else { return extent.end }
        let base = bytes.count
        do throws(IOError) {
            try reader.file.read(into: &bytes, count: count, at: blocks[first].position)
        } catch {
            throw .inputOutput(error)
        }
        var next = offset
        for block in blocks[first..<end] {
            let start = base + Int(block.position - blocks[first].position)
            let available = max(0, min(Int(block.byteCount), bytes.count - start))
            let problem = BatchCheck.problem(
                bytes.rawSpan.slice(min(start, bytes.count), count: available),
                baseOffset: block.baseOffset, nextOffset: block.nextOffset,
                byteCount: Int(block.byteCount))
            if let problem {
                bytes.removeLast(bytes.count - min(start, bytes.count))
                try refuse(
                    problem, reader.file.path, block.position, Int64(block.byteCount), plan,
                    block.baseOffset..<block.nextOffset, hasRead: !ranges.isEmpty)
                return next
            }
            ranges.append(start..<(start + available))
            next = block.nextOffset
        }
        return next
    }

    /// Refuses a damaged batch, unless batches before it can be given first.
    private func refuse(
        _ reason: String, _ file: FilePath, _ position: Int64, _ byteCount: Int64, _ plan: Plan,
        _ offsets: Range<Int64>, hasRead: Bool
    ) throws(ReadError) {
        if hasRead { return }
        let next = RecordOffset(rawValue: offsets.upperBound)
        throw .damaged(
            Damage(
                .batch, file: file, position: position, byteCount: byteCount, reason: reason,
                topic: plan.topic, partitionIndex: plan.index,
                offsets: RecordOffset(rawValue: offsets.lowerBound)..<next),
            next: next)
    }

    // MARK: Times

    func record(_ id: PartitionID, atOrAfter timestamp: Int64) throws(ReadError) -> TimedOffset? {
        while true {
            do throws(ReadError) {
                if case .found(let record) = try search(id, atOrAfter: timestamp) { return record }
            } catch .offsetOutOfRange {
                continue  // The start has moved up meanwhile.
            }
        }
    }

    /// What a search for a time comes to.
    private enum Search {
        case found(TimedOffset?)
        /// Segments were replaced or removed meanwhile: to be done anew.
        case outdated
    }

    private func search(
        _ id: PartitionID, atOrAfter timestamp: Int64
    ) throws(ReadError) -> Search {
        let found = shared.withState { state -> (PartitionState, Int64?)? in
            guard var partition = state.partitions[id] else { return nil }
            let index = partition.recent.index(atOrAfter: timestamp)
            let places = partition.recent.places
            let recent = index < places.count ? max(partition.start, places[index].baseOffset) : nil
            partition.recent = RecentBatches()
            return (partition, recent)
        }
        guard let (partition, recent) = found else { throw .unknownPartition(id) }
        for extent in partition.segments where extent.maxTimestamp >= timestamp {
            let reader: SegmentReader
            do throws(ReadError) {
                reader = try segments.reader(
                    extent, of: id, topic: partition.topic, index: partition.index)
            } catch .damaged(let damage, _)
                where damage.kind == .missing && isReplaced(extent, of: id)
            {
                return .outdated
            }
            var index = max(
                reader.index(atOrAfter: timestamp), reader.index(reaching: partition.start))
            while index < reader.blocks.count, reader.blocks[index].position < extent.byteCount {
                let block = reader.blocks[index]
                if block.maxTimestamp >= timestamp,
                    let record = try firstRecord(
                        id, in: max(partition.start, block.baseOffset), atOrAfter: timestamp)
                {
                    return .found(record)
                }
                index += 1
            }
        }
        guard let recent else { return .found(nil) }
        var next = recent
        // Usually the first one; a batch's stated maximum may exceed its records' times.
        while let plan = plan(id, from: next, maximumBytes: 0), next < plan.end {
            if let record = try firstRecord(id, in: next, atOrAfter: timestamp) {
                return .found(record)
            }
            guard let place = plan.recent.first?.place else { return .found(nil) }
            next = place.nextOffset
        }
        return .found(nil)
    }

    /// The first record at or after a time, from `offset` on, in the batch that holds it.
    private func firstRecord(
        _ id: PartitionID, in offset: Int64, atOrAfter timestamp: Int64
    ) throws(ReadError) -> TimedOffset? {
        var buffer = RecordBuffer()
        var bytes: [UInt8] = []
        let result = try read(
            id, from: RecordOffset(rawValue: offset), maximumBytes: 0, into: &bytes)
        guard let range = result.batches.first else { return nil }
        do throws(BatchError) {
            let batch = bytes.rawSpan.slice(range.lowerBound, count: range.count)
            try BatchReader().read(batch, into: &buffer)
        } catch {
            // As its producer gave it, since its checksum is right: it has no record to be found.
            shared.withState { $0.statistics.unreadableBatches += 1 }
            return nil
        }
        return buffer.rows.first { $0.offset >= offset && $0.timestamp >= timestamp }.map {
            TimedOffset(offset: RecordOffset(rawValue: $0.offset), timestamp: $0.timestamp)
        }
    }
}
