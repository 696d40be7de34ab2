import Bytes
import Platform
import Records
import SystemPackage

/// Moves records from the commit log into segments.
///
/// One thread at a time.
///
/// Interrupted anywhere, it starts anew: what counts is the snapshot that ``Checkpointer`` writes
/// afterwards, and the commit log keeps the records until then.
final class Sealer {
    private let shared: LogShared
    /// The level when too many files wait: about twice as fast as the default.
    private static let hastyLevel: Int8 = 1
    private var packers: [Int8: BlockPacker] = [:]

    init(shared: LogShared) { self.shared = shared }

    /// What is to be sealed of one partition.
    private struct Work: Sendable {
        let id: PartitionID
        let partition: PartitionState
        let places: [(place: BatchPlace, file: CommitFile)]
        let aborted: [AbortedTransaction]

        /// Whether the records of a batch were aborted; O(1) for batches without transactions.
        func isAborted(_ header: BatchHeader) -> Bool {
            header.attributes.isTransactional && aborted.contains { $0.covers(header) }
        }
    }

    /// The partitions with batches before `limit`, by ascending identities.
    func partitions(before limit: LogPosition) -> [PartitionID] {
        shared.withState { state in
            state.partitions.filter { ($0.value.recent.first?.position ?? .max) < limit.rawValue }
                .keys.sorted()
        }
    }

    /// Seals every batch of a partition before `limit`; nothing happens if it was removed.
    func seal(_ id: PartitionID, before limit: LogPosition) throws(MaintenanceError) {
        if let work = work(id, before: limit) { try seal(work) }
    }

    private func work(_ id: PartitionID, before limit: LogPosition) -> Work? {
        shared.withState { state in
            guard var partition = state.partitions[id] else { return nil }
            let all = partition.recent.places
            // What may yet be aborted stays in the commit log.
            let stable = partition.recent.transactions.firstOpen ?? .max
            let count = all.firstIndex(reaching: {
                $0.position >= limit.rawValue || $0.nextOffset > stable
            })
            let aborted = partition.recent.transactions.aborted
            partition.recent = RecentBatches()
            var places: [(BatchPlace, CommitFile)] = []
            for place in all[..<count] {
                guard let file = state.file(holding: place.position) else { break }
                places.append((place, file))
            }
            return Work(id: id, partition: partition, places: places, aborted: aborted)
        }
    }

    private func seal(_ work: Work) throws(MaintenanceError) {
        let segment = SegmentWriter(
            work.id, work.partition, in: shared, byteCountMax: shared.options.segmentByteCountMax)
        let isHasty = shared.withState { $0.unsealedFileCount > LogLimits.unsealedFilesMax }
        let level = work.partition.options.compressionLevel
        let packer = packer(for: isHasty ? min(level, Self.hastyLevel) : level)
        var dropped = RemovalTally.none
        do {
            try pack(work, packer, into: segment, dropped: &dropped)
            try segment.finish()
        } catch let error as IOError {
            packer.reset()
            throw .inputOutput(error)
        } catch let damage as Damage {
            packer.reset()
            throw .damaged(damage)
        } catch {
            preconditionFailure("sealing fails with IOError or Damage, not \(error)")
        }
        let unreadable = packer.takeUnreadableCount()
        guard let end = segment.extents.last?.end else { return }
        let bytesIn = work.places.reduce(0) { $0 + Int64($1.place.byteCount) }
        let (extents, bytesOut, left) = (segment.extents, segment.bytesWritten, dropped)
        shared.withState { state in
            guard let partition = state.partitions[work.id] else { return }
            // Meanwhile a frame may have moved the start up; what it removed stays removed.
            let start = partition.start
            state.partitions[work.id]?.segments = extents.filter { $0.end > start }
            state.partitions[work.id]?.recent.removeBelow(end)
            state.partitions[work.id]?.count(left, removedFor: .transaction)
            state.statistics.sealedBytesIn += bytesIn
            if isHasty { state.statistics.hastilySealedBytes += bytesIn }
            state.statistics.sealedBytesOut += bytesOut
            state.statistics.unreadableBatches += unreadable
        }
    }

    private func pack(
        _ work: Work, _ packer: BlockPacker, into segment: SegmentWriter,
        dropped: inout RemovalTally
    ) throws {
        let output: BlockPacker.Output = { block, header, minTimestamp in
            try segment.append(block, header, minTimestamp: minTimestamp)
        }
        var stretch: [UInt8] = []
        var index = 0
        while index < work.places.count {
            let end = BatchStretch.end(
                work.places, from: index, byteCountMax: Int64(LogLimits.scanByteCount))
            let (first, file) = work.places[index]
            let last = work.places[end - 1].place
            let start = first.position
            stretch.removeAll(keepingCapacity: true)
            try file.file.read(
                into: &stretch, count: Int(last.position - start) + Int(last.byteCount),
                at: file.filePosition(of: LogPosition(rawValue: start)))
            for (place, _) in work.places[index..<end] {
                let offset = min(Int(place.position - start), stretch.count)
                let count = min(Int(place.byteCount), stretch.count - offset)
                let batch = stretch.rawSpan.slice(offset, count: count)
                let header = try header(of: batch, place, file, work.partition)
                // All transactions here are decided: their markers have said what they had to, and
                // what was committed is records like any others.
                guard !header.attributes.isControl,
                    !work.isAborted(header)
                else {
                    dropped.records += Int64(header.recordCount)
                    dropped.bytes += Int64(header.byteCount)
                    continue
                }
                try packer.append(batch, header, to: output)
            }
            index = end
        }
        try packer.finish(to: output)
        if let first = work.places.first?.place, let last = work.places.last?.place {
            try segment.cover(first.baseOffset..<last.nextOffset)
        }
    }

    /// Checked once more on this path: a flipped bit must not get a new, right checksum.
    private func header(
        of batch: RawSpan, _ place: BatchPlace, _ file: CommitFile, _ partition: PartitionState
    ) throws -> BatchHeader {
        let problem = BatchCheck.problem(
            batch, baseOffset: place.baseOffset, nextOffset: place.nextOffset,
            byteCount: Int(place.byteCount))
        if let problem {
            throw Damage(
                .batch, file: file.file.path,
                position: file.filePosition(of: LogPosition(rawValue: place.position)),
                byteCount: Int64(place.byteCount), reason: problem, topic: partition.topic,
                partitionIndex: partition.index,
                offsets: RecordOffset(
                    rawValue: place.baseOffset)..<RecordOffset(rawValue: place.nextOffset))
        }
        return try BatchHeader(parsing: batch)
    }

    private func packer(for level: Int8) -> BlockPacker {
        if let known = packers[level] { return known }
        let packer = BlockPacker(level: level, blockByteCount: shared.options.blockByteCount)
        packers[level] = packer
        return packer
    }
}
