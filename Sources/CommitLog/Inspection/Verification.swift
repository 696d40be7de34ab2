import Bytes
import Platform
import Records
import SystemPackage

/// One run of `log verify`.
struct Verification {
    private let inspector: LogInspector
    private(set) var report = VerifyReport()
    private var layout: DataLayout { inspector.layout }
    private var fileSystem: any FileSystem { inspector.fileSystem }
    private var capture: StateCapture?
    /// Topic and index of every partition seen, for messages.
    private var names: [PartitionID: (topic: String, index: Int32)] = [:]

    private let onProgress: (Int64, Int64) -> Void
    private var total: Int64 = 0

    init(inspector: LogInspector, onProgress: @escaping (Int64, Int64) -> Void) {
        self.inspector = inspector
        self.onProgress = onProgress
    }

    mutating func run() throws(IOError) {
        for file in try fileSystem.filesOfTree(layout.root) {
            total += try fileSystem.status(of: file)?.size ?? 0
        }
        try verifySnapshots()
        try verifyCommitFiles()
        for partition in capture?.partitions ?? [] {
            for extent in partition.segments { try verify(extent, of: partition) }
        }
        try noteLeftovers()
    }

    // MARK: Snapshots

    private mutating func verifySnapshots() throws(IOError) {
        for name in try fileSystem.list(layout.checkpoint) {
            let path = FilePath("\(layout.checkpoint.string)/\(name)")
            let number =
                DataLayout.number(of: name, suffix: ".snapshot")
                ?? DataLayout.number(of: name, suffix: ".mirror")
            guard let number else {
                report.notes.append("\(path.string) is left from an interrupted checkpoint")
                continue
            }
            let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
            report.snapshots += 1
            report.bytes += Int64(bytes.count)
            do throws(FileHeader.Problem) {
                let found = try SnapshotCodec.decode(bytes.rawSpan)
                guard found.position.rawValue == number else {
                    throw FileHeader.Problem(reason: "the snapshot is of another position")
                }
                if found.position >= capture?.position ?? .zero { capture = found }
            } catch {
                report.damage.append(
                    Damage(
                        .snapshot, file: path, position: 0, byteCount: Int64(bytes.count),
                        reason: error.reason))
            }
        }
        for partition in capture?.partitions ?? [] {
            names[partition.id] = (partition.topic, partition.index)
        }
    }

    // MARK: Commit log

    private mutating func verifyCommitFiles() throws(IOError) {
        var end: Int64?
        let paths = try inspector.commitFiles()
        for path in paths {
            report.commitFiles += 1
            let start = DataLayout.number(of: path.parts.name, suffix: ".log") ?? 0
            if let end, end != start {
                report.damage.append(
                    Damage(
                        .missing, file: path, position: 0,
                        reason: "the commit log is missing between positions \(end) and \(start)"))
            }
            var parts: [InspectedPart] = []
            try inspector.walk(path) { parts.append($0) }
            let file = try fileSystem.open(path, .read)
            for part in parts { try verify(part, in: file) }
            onProgress(report.bytes, total)
            if case .end(let filePosition, _) = parts.last {
                let logEnd = start + filePosition - Int64(FileHeader.At.end)
                end = logEnd
                try verifyEnd(
                    of: file, at: filePosition, logEnd: logEnd, isLast: path == paths.last)
            }
        }
        if let capture, end ?? 0 < capture.position.rawValue {
            report.damage.append(
                Damage(
                    .missing, file: layout.commitFile(capture.position), position: 0,
                    reason: "the commit log ends at position \(end ?? 0), before the snapshot of "
                        + "position \(capture.position.rawValue)"))
        }
    }

    /// Behind the last frame of a file stands the next one's header, or nothing.
    private mutating func verifyEnd(
        of file: borrowing File, at position: Int64, logEnd: Int64, isLast: Bool
    ) throws(IOError) {
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: FileHeader.At.end, at: position)
        let found = try? FileHeader(parsing: bytes.rawSpan, expecting: .commit)
        // A renewed file may hold what stood behind the last frame of the one before.
        let next = found?.base == logEnd ? found : nil
        if !isLast { try noteRest(of: file, from: position + Int64(FileHeader.At.end)) }
        if isLast, let next {
            report.damage.append(
                Damage(
                    .missing, file: layout.commitFile(LogPosition(rawValue: next.base)),
                    position: 0,
                    reason: "the commit log goes on in this file, and it is missing"))
        } else if !isLast, next == nil, bytes.contains(where: { $0 != 0 }) {
            // A crash may tear it; the next file is there, and nothing is lost.
            report.notes.append(
                "\(file.path.string) ends in something else than the header of the next file")
        }
    }

    /// Reserved space that a crash has left in a file that is full: zeros, which nobody reads, unless
    /// the file is made of an older one.
    private mutating func noteRest(
        of file: borrowing File, from start: Int64
    ) throws(IOError) {
        if case .success(let header) = try CommitFile.header(of: file), header.generation != 0 {
            return
        }
        var position = start
        var bytes: [UInt8] = []
        while true {
            bytes.removeAll(keepingCapacity: true)
            let count = try file.read(into: &bytes, count: LogLimits.scanByteCount, at: position)
            guard count > 0 else { return }
            position += Int64(count)
            guard bytes.contains(where: { $0 != 0 }) else { continue }
            return report.notes.append(
                "\(file.path.string) has bytes in the reserved space behind its end, which nobody reads"
            )
        }
    }

    private mutating func verify(
        _ part: InspectedPart, in file: borrowing File
    ) throws(IOError) {
        switch part {
        case .damage(let damage): report.damage.append(damage)
        case .end(_, let garbage):
            guard garbage > 0 else { return }
            report.notes.append(
                "\(file.path.string) ends in \(garbage) bytes of a frame that was never "
                    + "acknowledged; the next opening cuts them")
        case .frame(let frame):
            report.frames += 1
            report.bytes += Int64(frame.byteCount)
            for entry in frame.entries {
                if case .createPartition(let id, let topic, let index, _) = entry {
                    names[id] = (topic, index)
                }
                guard case .batches(let id, let batches) = entry else { continue }
                for batch in batches { try verify(batch, of: id, in: file) }
            }
        }
    }

    private mutating func verify(
        _ batch: InspectedFrame.Batch, of id: PartitionID, in file: borrowing File
    ) throws(IOError) {
        report.batches += 1
        var bytes: [UInt8] = []
        try file.read(into: &bytes, count: batch.byteCount, at: batch.filePosition)
        let next = batch.lastOffset.advanced(by: 1)
        let problem = BatchCheck.problem(
            bytes.rawSpan, baseOffset: batch.baseOffset.rawValue, nextOffset: next.rawValue,
            byteCount: batch.byteCount)
        guard let problem else { return }
        report.damage.append(
            Damage(
                .batch, file: file.path, position: batch.filePosition,
                byteCount: Int64(batch.byteCount), reason: problem, topic: names[id]?.topic,
                partitionIndex: names[id]?.index, offsets: batch.baseOffset..<next))
    }

    // MARK: Segments

    private mutating func verify(
        _ extent: SegmentExtent, of partition: StateCapture.Partition
    ) throws(IOError) {
        report.segments += 1
        let path = layout.segment(partition.topic, partition.index, extent)
        let offsets = RecordOffset(rawValue: extent.base)..<RecordOffset(rawValue: extent.end)
        func damage(_ kind: Damage.Kind, _ position: Int64, _ count: Int64, _ reason: String)
            -> Damage
        {
            Damage(
                kind, file: path, position: position, byteCount: count, reason: reason,
                topic: partition.topic, partitionIndex: partition.index, offsets: offsets)
        }
        let size = try fileSystem.status(of: path)?.size ?? 0
        guard size >= extent.byteCount else {
            report.damage.append(
                damage(
                    .missing, size, extent.byteCount - size,
                    size == 0 ? "the segment is missing" : "the segment is cut off"))
            return
        }
        var blocks: [InspectedBlock] = []
        let end = try inspector.walkSegment(path) { block in
            if block.filePosition < extent.byteCount { blocks.append(block) }
        }
        if let end, end.position < extent.byteCount {
            report.damage.append(damage(end.kind, end.position, end.byteCount, end.reason))
        }
        report.blocks += blocks.count
        report.bytes += extent.byteCount
        for block in blocks {
            guard let problem = block.problem else { continue }
            let next = block.lastOffset.advanced(by: 1)
            report.damage.append(
                Damage(
                    .batch, file: path, position: block.filePosition,
                    byteCount: Int64(block.byteCount), reason: problem, topic: partition.topic,
                    partitionIndex: partition.index, offsets: block.baseOffset..<next))
        }
        if let last = blocks.last {
            let reach = last.filePosition + Int64(last.byteCount)
            // Offsets behind the last block may be gone for good: see `LogRepair`.
            if reach != extent.byteCount || last.lastOffset.rawValue >= extent.end {
                report.damage.append(
                    damage(.batch, reach, 0, "the segment does not end as the snapshot says"))
            }
        }
        try verifyIndex(extent, of: partition, blocks)
        onProgress(report.bytes, total)
    }

    private mutating func verifyIndex(
        _ extent: SegmentExtent, of partition: StateCapture.Partition, _ blocks: [InspectedBlock]
    ) throws(IOError) {
        let path = layout.index(partition.topic, partition.index, extent)
        var problem: String?
        do {
            let places = try SegmentReader.loadIndex(
                extent, partition: partition.id, path, fileSystem)
            report.bytes += extent.indexByteCount
            let isRight =
                places.count == blocks.count
                && zip(places, blocks).allSatisfy { place, block in
                    place.position == block.filePosition
                        && Int(place.byteCount) == block.byteCount
                        && place.baseOffset == block.baseOffset.rawValue
                        && place.lastOffset == block.lastOffset.rawValue
                        && place.maxTimestamp == block.maxTimestamp
                        && Int(place.recordCount) == block.recordCount
                }
            if !isRight { problem = "the index does not name the blocks of its segment" }
        } catch let error as FileHeader.Problem {
            problem = error.reason
        } catch let error as IOError {
            guard error.failure == .notFound else { throw error }
            problem = "the index is missing"
        } catch {
            preconditionFailure("an index fails with Problem or IOError, not \(error)")
        }
        guard let problem else { return }
        report.damage.append(
            Damage(
                .index, file: path, position: 0, byteCount: extent.indexByteCount,
                reason: problem + "; it is only a hint and is read from the segment meanwhile",
                topic: partition.topic, partitionIndex: partition.index))
    }

    /// Names what no snapshot counts: bytes behind recorded ends, and files of nothing.
    private mutating func noteLeftovers() throws(IOError) {
        var counted: [String: Int64] = [:]
        for partition in capture?.partitions ?? [] {
            for extent in partition.segments {
                let (topic, index) = (partition.topic, partition.index)
                counted[layout.segment(topic, index, extent).string] = extent.byteCount
                counted[layout.index(topic, index, extent).string] = extent.indexByteCount
                counted[layout.summary(topic, index, extent).string] = .max  // A hint as a whole.
            }
        }
        for path in try fileSystem.filesOfTree(layout.topics) {
            let size = try fileSystem.status(of: path)?.size ?? 0
            guard let end = counted[path.string] else {
                report.notes.append(
                    "\(path.string) is of removed records or an unfinished sealing or compaction; the "
                        + "next sealing removes it")
                continue
            }
            guard size > end else { continue }
            report.notes.append(
                "\(path.string) goes on for \(size - end) bytes behind what the snapshot counts, as "
                    + "an interrupted sealing leaves it; the next sealing cuts them")
        }
    }
}
