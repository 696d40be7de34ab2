import Bytes
package import Platform
import Records
package import SystemPackage

/// Makes a log writable again whose damage lets it be read only, or not even opened.
///
/// What was acknowledged and is lost stays lost; it is named. The sketch is on the module's page.
package struct LogRepair {
    /// The least bytes that a batch takes, and the most offsets that it spans.
    private static let batchByteCountMin = Int64(BatchHeader.At.end)
    private static let batchOffsetCountMax = Int64(1) << 31
    /// The least bytes that the creation of a partition takes.
    private static let creationByteCountMin = Int64(EntryHeader.At.end + 5)
    /// Identities that are jumped over at most.
    private static let identityJumpMax = Int64(1) << 24

    private let layout: DataLayout
    private let fileSystem: any FileSystem
    private let clock: any Clock

    package init(
        directory: FilePath, fileSystem: any FileSystem = RealFileSystem(),
        clock: any Clock = SystemClock()
    ) {
        layout = DataLayout(directory)
        self.fileSystem = fileSystem
        self.clock = clock
    }

    /// What a repair would do; nothing is changed.
    package func plan() throws(OpenError) -> RepairReport {
        try locked { () throws(OpenError) in try survey().report }
    }

    /// Repairs.
    ///
    /// The damaged files are copied to `lost+found` first. Interrupted anywhere, it can be repeated.
    package func run() throws(OpenError) -> RepairReport {
        var report = try locked { () throws(OpenError) in
            var (report, capture, lacksLastFile) = try survey()
            guard report.isNeeded else { return report }
            do throws(IOError) {
                report.evidence = try keepEvidence(of: report.damage)
                try write(capture)
                try removeSnapshots(damagedIn: report.damage, but: capture.position)
                if lacksLastFile { try beginLog(at: capture.position) }
            } catch {
                throw .inputOutput(error)
            }
            return report
        }
        guard report.isNeeded else { return report }
        report.sealingFailure = try seal()
        try locked { () throws(OpenError) in
            let capture = try survey().capture
            do throws(IOError) { try write(capture) } catch { throw .inputOutput(error) }
        }
        return report
    }

    private func locked<Result>(
        _ body: () throws(OpenError) -> Result
    ) throws(OpenError) -> Result {
        let lock: DirectoryLock
        do throws(LockError) { lock = try DirectoryLock(layout.root, in: fileSystem) } catch {
            throw .locked(error)
        }
        try FormatFile.demand(in: layout, fileSystem)
        let result = try body()
        do throws(IOError) { try lock.release() } catch { throw .inputOutput(error) }
        return result
    }

    // MARK: What is left

    private func survey() throws(OpenError) -> (
        report: RepairReport, capture: StateCapture, lacksLastFile: Bool
    ) {
        var recovery = Recovery(layout: layout, fileSystem: fileSystem, repairs: true)
        try recovery.run()
        var report = RepairReport()
        report.damage = recovery.report.damage
        report.isNeeded = !recovery.lost.isEmpty || recovery.hasLostSnapshot
        report.hasLostState = recovery.hasLostSnapshot
        var state = recovery.state
        report.adopted = recovery.adopted.compactMap { state.partitions[$0]?.topic }
        for (id, partition) in state.partitions.sorted(by: { $0.key < $1.key }) {
            let end = Self.safeEnd(of: partition, lost: recovery.lost)
            if end > partition.end {
                let offsets =
                    RecordOffset(
                        rawValue: partition.end)..<RecordOffset(rawValue: end)
                report.jumps.append(
                    RepairReport.Jump(
                        topic: partition.topic, index: partition.index, offsets: offsets))
            }
            state.partitions[id] = Self.ending(partition, at: end)
        }
        state.nextPartitionID = Self.safeIdentity(state.nextPartitionID, lost: recovery.lost)
        return (
            report, StateCapture(state), recovery.lacksLastFile || recovery.state.files.isEmpty
        )
    }

    /// The end below which every offset lies that may have been given.
    ///
    /// A frame behind the loss says by its offset what was given before it. Without one, the bytes
    /// that are lost bound what was in them.
    private static func safeEnd(of partition: PartitionState, lost: [Range<LogPosition>]) -> Int64 {
        let known = partition.recent.places.last?.position ?? -1
        var end = partition.end
        for range in lost where range.upperBound.rawValue > known {
            let bytes = range.upperBound.rawValue - range.lowerBound.rawValue
            let (jump, overflows) = (bytes / batchByteCountMin + 1)
                .multipliedReportingOverflow(by: batchOffsetCountMax)
            // Beyond half the range the partition takes no more records, and says so.
            let room = Int64.max / 2 - min(end, Int64.max / 2)
            end += overflows ? room : min(jump, room)
        }
        return end
    }

    private static func safeIdentity(_ next: UInt32, lost: [Range<LogPosition>]) -> UInt32 {
        let bytes = lost.reduce(0) { $0 + $1.upperBound.rawValue - $1.lowerBound.rawValue }
        guard bytes > 0 else { return next }
        let jump = min(bytes / creationByteCountMin + 1, identityJumpMax)
        return UInt32(clamping: Int64(next) + jump)
    }

    /// The partition with its end moved: as offsets that are gone for good, where nothing waits for
    /// sealing any more, else as offsets that recovery names until it is.
    private static func ending(_ partition: PartitionState, at end: Int64) -> PartitionState {
        var partition = partition
        partition.end = end
        guard partition.recent.places.isEmpty else { return partition }
        if partition.segments.isEmpty {
            partition.start = end
        } else {
            partition.segments[partition.segments.count - 1].end = end
        }
        return partition
    }

    // MARK: Changes

    /// Copies the damaged files to a new directory of `lost+found`, durably.
    private func keepEvidence(of damage: [Damage]) throws(IOError) -> [FilePath] {
        var number = 1
        var directory = FilePath("\(layout.root.string)/lost+found/1")
        while try fileSystem.status(of: directory) != nil {
            number += 1
            directory = FilePath("\(layout.root.string)/lost+found/\(number)")
        }
        try fileSystem.createDirectories(directory)
        var copies: [FilePath] = []
        for path in Set(damage.map(\.file.string)).sorted().map({ FilePath($0) }) {
            guard try fileSystem.status(of: path)?.kind == .regular else { continue }
            let copy = FilePath("\(directory.string)/\(path.parts.name)")
            let bytes = try fileSystem.contents(of: path, limit: LogLimits.snapshotByteCountMax)
            try fileSystem.replace(copy, with: bytes.rawSpan)
            copies.append(copy)
        }
        let text = damage.map { "\($0)\n" }.joined()
        try fileSystem.replace(
            FilePath("\(directory.string)/damage.txt"), with: Array(text.utf8).rawSpan)
        return copies
    }

    /// Damage before a snapshot shadows nothing: every end and every value is known from it.
    private func write(_ capture: StateCapture) throws(IOError) {
        let bytes = SnapshotCodec.encode(capture)
        try fileSystem.replace(layout.snapshot(capture.position), with: bytes.rawSpan)
        try fileSystem.replace(layout.mirror(capture.position), with: bytes.rawSpan)
    }

    /// Removes the snapshots that are damaged and kept: a later one might have a lower position.
    private func removeSnapshots(
        damagedIn damage: [Damage], but position: LogPosition
    ) throws(IOError) {
        for entry in damage where entry.kind == .snapshot {
            let isNew = [layout.snapshot(position), layout.mirror(position)].contains(entry.file)
            if !isNew { try fileSystem.remove(entry.file) }
        }
        try fileSystem.synchronizeDirectory(layout.checkpoint)
    }

    /// Makes an empty file of the commit log where there must be one: without, it counts as lost.
    private func beginLog(at position: LogPosition) throws(IOError) {
        let header = FileHeader(.commit, base: position.rawValue)
        try fileSystem.replace(layout.commitFile(position), with: header.bytes.rawSpan)
    }

    /// Moves what is left to segments, so that the damaged files are no longer needed.
    ///
    /// - Returns: why that failed; the log is writable all the same.
    private func seal() throws(OpenError) -> String? {
        var options = LogOptions()
        options.sealsInBackground = false
        // The new file is one for whoever opens the log next, and grows to the length that is wanted.
        options.commitFileByteCount = 4 << 10
        let log = try CommitLog.open(
            directory: layout.root, fileSystem: fileSystem, clock: clock, options: options)
        if let fence = log.recovery.fence { throw .damaged(fence) }
        do {
            try log.sealNow()
            try log.close()
            return nil
        } catch {
            try? log.close()
            return "\(error)"
        }
    }
}
