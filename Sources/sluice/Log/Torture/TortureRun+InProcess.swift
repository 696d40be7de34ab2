import CommitLog
import Platform
import Records
import Synchronization
import SystemPackage

extension TortureRun {
    /// One life on a mirrored file system, ended by a fault that is injected there.
    mutating func runInProcess(_ fault: TortureFault, countsAs kind: TortureFault? = nil) throws {
        let counted = kind ?? fault
        var generator = SeededGenerator(seed: cycleSeed)
        var life = TortureLife(cycle, of: ledger, seed: seed)
        let disk = try MirroredFileSystem(directory)
        let outcomes = Mutex<[TortureFrameID: TortureLife.Outcome]>([:])
        // One producer gives the same calls again for the same seed; three give groups of frames.
        let threads = [1, 1, 3].randomElement(using: &generator) ?? 1
        if fault == .power || fault == .torn { strike(fault, disk, &generator) }
        let log = try? CommitLog.open(
            directory: directory, fileSystem: disk, options: TortureLoad.options(threads: threads))
        if let log {
            let load = TortureLoad(log, life) { id, outcome in
                outcomes.withLock { $0[id] = outcome }
            }
            if load.begin() {
                switch fault {
                case .full: fill(disk, log, load, &generator)
                case .fsync: failSync(disk, log, load, threads, &generator)
                default: load.run(threads: threads, frames: 60)
                }
            }
        }
        life.outcomes = outcomes.withLock { $0 }
        // Before it is closed: a power failure leaves no time for that.
        let isCut = fault == .power || fault == .torn || Bool.random(using: &generator)
        let target = isCut && fault != .full ? try nextDirectory() : nil
        if let target { try disk.powerLoss(Self.outcome(&generator), into: target) }
        try? log?.close()
        if let target { try begin(with: target) }
        compare(life, target == nil ? .nothing : .unsynchronized, after: counted)
    }

    private func strike(
        _ fault: TortureFault, _ disk: MirroredFileSystem, _ generator: inout SeededGenerator
    ) {
        // As many early calls, where the log is opened, as late ones.
        let exponent = Double.random(in: 0...1, using: &generator)
        var number = 1
        for scale in stride(from: 0.0, to: exponent, by: 0.125) {
            number += Int.random(in: 0...(2 << Int(scale * 8)), using: &generator)
        }
        let call = disk.twin.callCount + number
        switch fault {
        case .torn:
            let bytes = Int.random(in: 1...3_000, using: &generator)
            for later in call..<(call + 40) {
                disk.twin.inject(.tear(afterBytes: bytes), atCall: later)
            }
        default: disk.twin.inject(.powerLoss, atCall: call)
        }
    }

    private static func outcome(_ generator: inout SeededGenerator) -> CrashOutcome {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: .unsyncedLost
        case 1: .unsyncedKept
        default: .unsyncedMixed(seed: generator.next())
        }
    }

    // MARK: A full disk

    /// Fills the disk, looks whether reading goes on, makes room, looks whether writing does.
    private mutating func fill(
        _ disk: MirroredFileSystem, _ log: CommitLog, _ load: TortureLoad,
        _ generator: inout SeededGenerator
    ) {
        load.run(threads: 1, frames: 12)
        if Bool.random(using: &generator) {
            let room = Int.random(in: 0...80_000, using: &generator)
            disk.twin.setCapacity(disk.twin.usedByteCount + room)
        } else {
            for operation in [IOOperation.write, .preallocate] {
                disk.twin.inject(.fail(.diskQuotaExceeded), atNext: operation)
            }
        }
        load.run(threads: 1, from: 12, frames: 50)
        checkReading(log, .full)
        disk.twin.removeFaults()
        disk.twin.setCapacity(.max)
        let before = log.statistics.frames
        load.run(threads: 1, from: 70, frames: 12)
        guard log.statistics.frames < before + 12 else { return }
        note(.misbehaved, "writing does not resume when there is room again", .full)
    }

    private mutating func checkReading(_ log: CommitLog, _ fault: TortureFault) {
        for partition in log.partitions() where partition.start < partition.end {
            var bytes: [UInt8] = []
            do throws(ReadError) {
                let from = partition.end.advanced(by: -1)
                _ = try log.read(partition.id, from: from, maximumBytes: 1, into: &bytes)
            } catch {
                note(.misbehaved, "reading stopped: \(error)", fault)
            }
        }
    }

    // MARK: A failing fsync

    private mutating func failSync(
        _ disk: MirroredFileSystem, _ log: CommitLog, _ load: TortureLoad, _ threads: Int,
        _ generator: inout SeededGenerator
    ) {
        let count = Int.random(in: 1...25, using: &generator)
        load.run(threads: 1, frames: count)
        let operation =
            [IOOperation.synchronizeData, .synchronizeData, .synchronize, .synchronizeDirectory]
            .randomElement(using: &generator) ?? .synchronizeData
        disk.twin.inject(.fail(.ioError), atNext: operation)
        load.run(threads: threads, from: count, frames: 40)
        checkReading(log, .fsync)
        guard operation == .synchronizeData, disk.twin.callCount(of: .synchronizeData) > 0
        else { return }
        // Whatever it struck: a log that was poisoned must stay so.
        if load.wasPoisoned,
            (try? log.append(FrameContent([.put(table: 9, key: [], value: [])]))) != nil
        {
            note(.misbehaved, "a poisoned log took a frame", .fsync)
        }
    }
}
