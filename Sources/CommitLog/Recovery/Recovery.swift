import Bytes
import Platform
import Records
import SystemPackage

/// Rebuilds the state from snapshot and commit log.
///
/// Its cost is that of reading the commit-log files that are not sealed; segments are not opened.
struct Recovery {
    private let layout: DataLayout
    private let fileSystem: any FileSystem
    private(set) var state = LogState()
    private(set) var report = RecoveryReport()
    /// For each partition, the end of what was found so far: where the next batch must begin.
    private var foundEnds: [PartitionID: Int64] = [:]
    /// Changes of the keyed state before it are in the snapshot.
    private var snapshotPosition = LogPosition.zero
    /// The commit log before it is not needed.
    private var neededFrom = LogPosition.zero
    /// Whether it is a repair that asks: then nothing is changed, and where opening would refuse, what
    /// is missing is noted in `lost` and the rest is taken.
    private let repairs: Bool
    /// Stretches of the log that were durable, are gone, and are not covered by a snapshot.
    private(set) var lost: [Range<LogPosition>] = []
    /// Whether no snapshot was whole, so that partitions come from their segments and the keyed state
    /// only from the frames that are there.
    private(set) var hasLostSnapshot = false
    /// Whether the file that the log goes on in is missing.
    private(set) var lacksLastFile = false
    /// Partitions whose creation is lost and whose records are not; they got a name for them.
    private(set) var adopted: [PartitionID] = []

    init(layout: DataLayout, fileSystem: any FileSystem, repairs: Bool = false) {
        self.layout = layout
        self.fileSystem = fileSystem
        self.repairs = repairs
    }

    /// Recovers.
    ///
    /// The directory is changed only where a crash has left something half-made.
    mutating func run() throws(OpenError) {
        do {
            try loadSnapshot()
            try replay(try openFiles())
            nameLostTails()
            // What a sealing has left behind its recorded end, or a removal not yet removed.
            state.needsSweep = true
            if let fence = report.fence { state.refusal = .fenced(fence) }
        } catch let error as IOError {
            throw .inputOutput(error)
        } catch let error as Damage {
            throw .damaged(error)
        } catch {
            preconditionFailure("recovery throws IOError or Damage, not \(error)")
        }
    }

    // MARK: Snapshot

    private mutating func loadSnapshot() throws {
        let names = try fileSystem.list(layout.checkpoint)
        for name in names where name.hasSuffix(".tmp") && !repairs {
            try fileSystem.remove(FilePath("\(layout.checkpoint.string)/\(name)"))
        }
        let positions = names.compactMap {
            DataLayout.number(of: $0, suffix: ".snapshot")
                ?? DataLayout.number(of: $0, suffix: ".mirror")
        }
        // An older one serves if the log still reaches back to it, which is checked later.
        for position in Set(positions).sorted(by: >) {
            guard try load(LogPosition(rawValue: position)) else { continue }
            // The process may have ended before its names were durable: they must be before what
            // only older snapshots need is removed.
            try fileSystem.synchronizeDirectory(layout.checkpoint)
            return
        }
        guard let damage = report.damage.first else { return }
        guard repairs else { throw damage }
        hasLostSnapshot = true
        state = try SegmentSurvey(layout: layout, fileSystem: fileSystem).capture().state
        for (id, partition) in state.partitions { foundEnds[id] = partition.sealedEnd }
    }

    /// Loads a snapshot, or its mirror if one of both is damaged or missing.
    private mutating func load(_ position: LogPosition) throws -> Bool {
        for path in [layout.snapshot(position), layout.mirror(position)] {
            guard try fileSystem.status(of: path) != nil else { continue }
            let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
            do throws(FileHeader.Problem) {
                let capture = try SnapshotCodec.decode(bytes.rawSpan)
                guard capture.position == position else {
                    throw FileHeader.Problem(reason: "the snapshot is of another position")
                }
                take(capture)
                return true
            } catch {
                report.damage.append(
                    Damage(
                        .snapshot, file: path, position: 0, byteCount: Int64(bytes.count),
                        reason: error.reason))
            }
        }
        return false
    }

    private mutating func take(_ capture: StateCapture) {
        state = capture.state
        snapshotPosition = capture.position
        neededFrom = capture.neededFrom
        report.snapshotPosition = capture.position
        for partition in capture.partitions {
            foundEnds[partition.id] = partition.segments.last?.end ?? partition.start
        }
    }

    // MARK: Commit log

    private mutating func openFiles() throws -> [CommitFile] {
        var files: [CommitFile] = []
        let names = try fileSystem.list(layout.commit)
        for name in names where name.hasSuffix(DataLayout.spareSuffix) && !repairs {
            try fileSystem.remove(FilePath("\(layout.commit.string)/\(name)"))
        }
        var starts = names.compactMap { DataLayout.number(of: $0, suffix: ".log") }.sorted()
        try leaveOutHalfMade(&starts)
        for (index, start) in starts.enumerated() {
            let start = LogPosition(rawValue: start)
            let path = layout.commitFile(start)
            // A checkpoint was removing it when the power failed.
            if index + 1 < starts.count, starts[index + 1] <= neededFrom.rawValue {
                if !repairs { try fileSystem.remove(path) }
                continue
            }
            let file = try CommitFile(start: start, opened: try fileSystem.open(path, .update))
            if let problem = try file.headerProblem() {
                report.damage.append(
                    Damage(
                        .fileHeader, file: path, position: 0,
                        byteCount: Int64(FileHeader.At.end), reason: problem))
            }
            files.append(file)
        }
        try checkBeginning(of: files)
        return files
    }

    /// Removes the last file if it was made but not yet durable when the power failed: it never had a
    /// frame.
    ///
    /// Before anything else: while it is there, the file before it may look as if nobody needed it.
    private func leaveOutHalfMade(_ starts: inout [Int64]) throws {
        let files = try starts.suffix(2).map { start in
            let start = LogPosition(rawValue: start)
            return try CommitFile(
                start: start, opened: try fileSystem.open(layout.commitFile(start), .update))
        }
        guard files.count == 2, let last = files.last, try last.headerProblem() != nil,
            try !hasFrames(last), try !files[0].goesOn(at: last.start)
        else { return }
        starts.removeLast()
        if repairs { return }
        try fileSystem.remove(layout.commitFile(last.start))
        try fileSystem.synchronizeDirectory(layout.commit)
    }

    private func hasFrames(_ file: CommitFile) throws -> Bool {
        var scanner = try CommitFileScanner(file, expectedEnd: nil)
        guard case .end(_, let garbage) = try scanner.next() else { return true }
        // A header may be torn so that only bytes of it are there; frames lie behind it.
        return garbage > 0
    }

    /// The log must reach back to the snapshot.
    private mutating func checkBeginning(of files: [CommitFile]) throws {
        guard let first = files.first else {
            return try miss(
                snapshotPosition..<snapshotPosition.advanced(by: LogLimits.repairGuessByteCount),
                "the commit log is missing: there is one in every data directory")
        }
        if hasLostSnapshot, first.start > .zero {
            // Perhaps all before was in segments; nothing is left that says so.
            let guess = max(0, first.start.rawValue - Int64(LogLimits.repairGuessByteCount))
            lost.append(LogPosition(rawValue: guess)..<first.start)
            return
        }
        guard first.start > neededFrom else { return }
        try miss(
            neededFrom..<first.start,
            "the commit log is missing between positions \(neededFrom.rawValue) "
                + "and \(first.start.rawValue)")
    }

    private mutating func miss(_ range: Range<LogPosition>, _ reason: String) throws {
        let damage = Damage(
            .missing, file: layout.commitFile(range.lowerBound), position: 0, reason: reason)
        guard repairs else { throw damage }
        report.damage.append(damage)
        if range.upperBound > snapshotPosition { lost.append(range) }
    }

    private mutating func replay(_ files: [CommitFile]) throws {
        for (index, file) in files.enumerated() {
            let next = index + 1 < files.count ? files[index + 1].start : nil
            var scanner = try CommitFileScanner(
                file, expectedEnd: next, provenDurable: snapshotPosition)
            var durableEnd = snapshotPosition
            var frameEnd = file.start
            state.endsInProof = true  // By being there, the file proves the ones before.
            while let event = try scanner.next() {
                switch event {
                case .frame(let header, let operations):
                    report.frames += 1
                    durableEnd = max(durableEnd, header.syncedBefore)
                    frameEnd = header.position.advanced(by: header.stride)
                    state.end = frameEnd
                    state.endsInProof = header.entryCount == 0
                    take(operations, of: header, in: file)
                case .damage(let from, let to, let reason):
                    take(damage: reason, from: from, to: to, in: file)
                    state.end = to
                case .end(let end, let garbage):
                    state.end = end
                    guard next == nil else { continue }
                    if try file.goesOn(at: frameEnd) { nameMissingFile(at: frameEnd) }
                    try settle(file, durableEnd: durableEnd, end: end, garbage: garbage)
                }
            }
        }
        state.files = files
    }

    /// The last file says that it is not the last: all frames of the next ones are lost.
    private mutating func nameMissingFile(at position: LogPosition) {
        let damage = Damage(
            .missing, file: layout.commitFile(position), position: 0,
            reason: "the commit log goes on in this file, and it is missing")
        report.damage.append(damage)
        report.fence = report.fence ?? damage
        lacksLastFile = true
        lost.append(position..<position.advanced(by: LogLimits.repairGuessByteCount))
    }

    /// Cuts what is behind the last frame, and makes the file durable as it was read: frames that
    /// were written but not yet synchronized when the process ended must not vanish later.
    private mutating func settle(
        _ file: CommitFile, durableEnd: LogPosition, end: LogPosition, garbage: Int64
    ) throws {
        // A fenced log is evidence: it stays as it is.
        guard report.fence == nil, !repairs else { return }
        let filePosition = file.filePosition(of: end)
        if garbage > 0 {
            report.bytesCut = garbage
            report.fileCut = file.file.path
        }
        if try file.file.size() > filePosition { try file.file.truncate(to: filePosition) }
        try rewrite(file, from: durableEnd, to: end)
        try file.file.synchronize()
        // The process may have ended between making the file and making its name durable.
        try fileSystem.synchronizeDirectory(layout.commit)
    }

    /// Writes what was not proven durable once more, as it was read.
    ///
    /// After a failed fsync the kernel shows bytes that it will never write again, unless they are
    /// written anew: fsync alone would succeed without them (see ``File``).
    private func rewrite(_ file: CommitFile, from start: LogPosition, to end: LogPosition) throws {
        var position = start > file.start ? file.filePosition(of: start) : 0
        let end = file.filePosition(of: end)
        var bytes: [UInt8] = []
        while position < end {
            bytes.removeAll(keepingCapacity: true)
            let count = Int(min(end - position, Int64(LogLimits.scanByteCount)))
            try file.file.read(into: &bytes, count: count, at: position)
            try file.file.write(bytes.rawSpan, at: position)
            position += Int64(count)
        }
    }

    private mutating func take(
        damage reason: String, from: LogPosition, to: LogPosition, in file: CommitFile
    ) {
        let damage = Damage(
            .frames, file: file.file.path, position: file.filePosition(of: from),
            byteCount: to.rawValue - from.rawValue, reason: reason)
        report.damage.append(damage)
        // Before the snapshot, every end and every key is known from it, so that nothing new can
        // take an offset that was given before.
        guard to > snapshotPosition else { return }
        report.fence = report.fence ?? damage
        lost.append(from..<to)
    }

    private mutating func take(
        _ operations: [FrameOperation], of header: FrameHeader, in file: CommitFile
    ) {
        let isInSnapshot = header.position < snapshotPosition
        for operation in operations {
            switch operation {
            case .batches(let id, let places, let batches):
                take(places, of: id, isInSnapshot: isInSnapshot, in: file)
                // Those before are in the snapshot.
                if !isInSnapshot { state.take(batches, of: id) }
            case .createPartition(let id, _, _, _):
                // A survey of segments may have found it already.
                guard !isInSnapshot, state.partitions[id] == nil else { continue }
                state.apply(operation)
                foundEnds[id] = 0
            case .put, .remove, .removePrefix, .removePartition, .alterPartition:
                if !isInSnapshot { state.apply(operation) }
            case .removeBefore(let id, let offset, _):
                guard !isInSnapshot else { continue }
                state.apply(operation)
                if let found = foundEnds[id] { foundEnds[id] = max(found, offset) }
            }
        }
    }

    private mutating func take(
        _ places: [BatchPlace], of id: PartitionID, isInSnapshot: Bool, in file: CommitFile
    ) {
        if repairs, !isInSnapshot, state.partitions[id] == nil { adopt(id, from: places) }
        guard var partition = state.partitions[id], let found = foundEnds[id] else {
            // Removed before the snapshot, or its creation was in a damaged frame, which is named.
            return
        }
        state.partitions[id] = nil  // Moved out, so that it is changed in place.
        var end = found
        for place in places where place.nextOffset > partition.sealedEnd {
            // Records may have been removed up to the middle of the first batch. Other offsets that
            // were given before are damage, which no crash leaves: the first record with an offset
            // stays, as readers know it.
            let isFirst = end == partition.start && partition.recent.first == nil
            guard place.baseOffset >= end || isFirst && partition.segments.isEmpty else { continue }
            if place.baseOffset > end {
                nameLost(end..<place.baseOffset, of: partition, before: place, in: file)
            }
            partition.recent.append(place)
            end = place.nextOffset
        }
        foundEnds[id] = end
        partition.end = max(partition.end, end)
        state.partitions[id] = partition
    }

    /// Keeps the records of a partition whose creation is lost, under a name that says so.
    private mutating func adopt(_ id: PartitionID, from places: [BatchPlace]) {
        guard let first = places.first else { return }
        state.apply(
            .createPartition(id, topic: "lost-and-found-\(id.rawValue)", index: 0, options: .init())
        )
        state.partitions[id]?.start = first.baseOffset
        state.partitions[id]?.end = first.baseOffset
        foundEnds[id] = first.baseOffset
        adopted.append(id)
    }

    private mutating func nameLost(
        _ offsets: Range<Int64>, of partition: PartitionState, before place: BatchPlace,
        in file: CommitFile
    ) {
        report.damage.append(
            Damage(
                .offsets, file: file.file.path,
                position: file.filePosition(of: LogPosition(rawValue: place.position)),
                reason: "records before this batch are missing", topic: partition.topic,
                partitionIndex: partition.index,
                offsets: RecordOffset(
                    rawValue: offsets.lowerBound)..<RecordOffset(rawValue: offsets.upperBound)))
    }

    /// Names records at the end of a partition that the snapshot counts and the log does not hold.
    private mutating func nameLostTails() {
        for (id, partition) in state.partitions.sorted(by: { $0.key < $1.key }) {
            let found = foundEnds[id] ?? 0
            guard found < partition.end else { continue }
            report.damage.append(
                Damage(
                    .offsets, file: state.files.last?.file.path ?? layout.commit, position: 0,
                    reason: "records at the partition's end are missing", topic: partition.topic,
                    partitionIndex: partition.index,
                    offsets: RecordOffset(
                        rawValue: found)..<RecordOffset(rawValue: partition.end)))
        }
    }
}
