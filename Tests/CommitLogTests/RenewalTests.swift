import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Commit-log files made of sealed ones")
struct RenewalTests {
    private static let partition = FaultTests.partition

    private static var options: LogOptions {
        var options = LogOptions()
        options.commitFileByteCount = 4096
        options.sealsInBackground = false
        return options
    }

    private static func open(
        _ fileSystem: any FileSystem, _ path: FilePath = "/data"
    ) throws -> CommitLog {
        try CommitLog.open(
            directory: path, fileSystem: fileSystem, clock: ManualClock(), options: options)
    }

    private static func value(_ number: Int) -> String {
        "\(number) " + String(repeating: "x", count: 500 + number % 7)
    }

    private static func append(_ numbers: Range<Int>, to log: CommitLog) throws {
        for number in numbers {
            try log.append(.batches(partition, TestBatches.batch([value(number)])))
        }
    }

    /// A log that writes into a file that it had before, and how many records it holds.
    private static func renewedLog(_ disk: SimulatedFileSystem) throws -> (CommitLog, count: Int) {
        let log = try open(disk)
        try AppendAndReadTests.create(log)
        try append(0..<30, to: log)
        try log.sealNow()
        var count = 30
        // The file that sealing has begun, and the first one made of a spare.
        while log.statistics.renewedFiles < 1 {
            try append(count..<count + 1, to: log)
            count += 1
        }
        return (log, count)
    }

    private static func names(_ fileSystem: any FileSystem, _ suffix: String) throws -> Int {
        try fileSystem.list("/data/commit").filter { $0.hasSuffix(suffix) }.count
    }

    @Test("Records are what they were, round after round, before and after opening again")
    func manyRounds() throws {
        let directory = try TestDirectory()
        var log = try Self.open(RealFileSystem(), directory.path)
        try AppendAndReadTests.create(log)
        var count = 0
        for round in 0..<6 {
            try Self.append(count..<count + 40, to: log)
            count += 40
            #expect(try FaultTests.values(log) == (0..<count).map(Self.value))
            try log.sealNow()
            #expect(log.statistics.renewedFiles >= (round == 0 ? 0 : 4))
            guard round % 2 == 1 else { continue }
            try log.close()
            log = try Self.open(RealFileSystem(), directory.path)
            #expect(log.recovery.damage.isEmpty && log.recovery.bytesCut == 0)
            #expect(try FaultTests.values(log) == (0..<count).map(Self.value))
            try Self.append(count..<count + 40, to: log)
            count += 40
            try log.sealNow()
        }
        try log.close()
        let report = try LogInspector(directory: directory.path).verify()
        #expect(report.isWhole && report.notes.isEmpty, "\(report.damage) \(report.notes)")
    }

    @Test("As many files as the limit are kept; closing and opening remove them")
    func spares() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try AppendAndReadTests.create(log)
        try Self.append(0..<100, to: log)
        try log.sealNow()
        #expect(try Self.names(disk, ".spare") == LogLimits.spareFilesMax)
        let killed = disk.copy()
        try log.close()
        #expect(try Self.names(disk, ".spare") == 0)
        let again = try Self.open(killed)
        #expect(try Self.names(killed, ".spare") == 0)
        #expect(try FaultTests.values(again) == (0..<100).map(Self.value))
        try again.close()
    }

    @Test("Where sealing finds no space, the kept files give theirs")
    func fullDisk() throws {
        var failures = 0
        for call in 1...40 {
            let disk = SimulatedFileSystem()
            let log = try Self.open(disk)
            try AppendAndReadTests.create(log)
            try Self.append(0..<24, to: log)
            try log.sealNow()
            try Self.append(24..<26, to: log)
            #expect(try Self.names(disk, ".spare") > 0)
            disk.inject(.fail(.noSpace), atCall: disk.callCount + call)
            do throws(MaintenanceError) { try log.sealNow() } catch {
                if case .inputOutput(let problem) = error, problem.failure == .noSpace {
                    failures += 1
                    #expect(try Self.names(disk, ".spare") == 0, "call \(call)")
                }
            }
            try? log.sealNow()
            _ = try? FaultTests.values(log)  // The fault may come only now.
            #expect(try FaultTests.values(log) == (0..<26).map(Self.value))
            try? log.close()
        }
        #expect(failures > 3)
    }

    @Test("A file that a reader still holds is not written over")
    func heldFile() throws {
        let disk = SimulatedFileSystem()
        var state = LogState()
        var held: CommitFile?
        for start in [0, 100] as [Int64] {
            let path = FilePath("/\(start)")
            let file = CommitFile(
                start: LogPosition(rawValue: start), file: try disk.open(path, .replace), tag: 0)
            if start == 0 { held = file }
            state.spares.append(file)
        }
        #expect(state.takeSpare()?.start == LogPosition(rawValue: 100))
        #expect(state.takeSpare() == nil)
        withExtendedLifetime(held) {}
        held = nil
        #expect(state.takeSpare()?.start == .zero)
    }

    @Test("What is left of older frames is no torn tail: nothing is cut after a kill")
    func killed() throws {
        let disk = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(disk)
        for crashed in [disk.copy(), disk.crash(.unsyncedLost), disk.crash(.unsyncedKept)] {
            let report = try LogInspector(directory: "/data", fileSystem: crashed.copy()).verify()
            #expect(report.isWhole && report.notes.isEmpty, "\(report.damage) \(report.notes)")
            var again = try Self.open(crashed)
            #expect(again.recovery.damage.isEmpty && again.recovery.bytesCut == 0)
            try Self.append(count..<count + 1, to: again)
            let after = crashed.crash(.unsyncedKept)
            try again.close()
            again = try Self.open(after)
            #expect(try FaultTests.values(again) == (0...count).map(Self.value))
            try again.close()
        }
        try log.close()
    }

    @Test("A torn frame before older ones is cut; what was acknowledged stays")
    func tornFrame() throws {
        let disk = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(disk)
        disk.inject(.powerLoss, atNext: .synchronizeData)
        #expect(throws: AppendError.self) { try Self.append(count..<count + 1, to: log) }
        var cuts = 0
        for seed in 0..<60 as Range<UInt64> {
            let again = try Self.open(disk.crash(.unsyncedMixed(seed: seed)))
            #expect(again.recovery.damage.isEmpty)
            cuts += again.recovery.bytesCut > 0 ? 1 : 0
            #expect(again.recovery.bytesCut < 2_000, "no older frame is counted")
            let values = try FaultTests.values(again)
            #expect(
                values == (0..<count).map(Self.value) || values == (0...count).map(Self.value))
            try again.close()
        }
        #expect(cuts > 2)
    }

    @Test("A frame that lay in the file's records before is none of the file", arguments: [0, 1])
    func forgedFrame(tag: UInt32) throws {
        let disk = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(disk)
        let crashed = disk.copy()
        let file = try #require(log.driver.shared.withState { $0.files.last })
        // Everything in it is right, also the claim that all before was durable.
        let end = log.end
        var frame = try EncodedFrame(
            FrameContent([.put(table: 1, key: [1], value: [2])]), verifiesBatches: false)
        _ = frame.complete(
            at: end, tag: tag, syncedBefore: end, timestamp: 0, leaderEpoch: 0
        ) { _, _ in .zero }
        try crashed.open(file.file.path, .update).write(
            frame.bytes.rawSpan, at: file.filePosition(of: end))
        try log.close()
        let again = try Self.open(crashed)
        #expect(again.recovery.damage.isEmpty && again.recovery.bytesCut > 0)
        #expect(again.value(table: 1, key: [1]) == nil)
        #expect(try FaultTests.values(again) == (0..<count).map(Self.value))
        try again.close()
    }

    @Test("A renewed file whose header is damaged is read to its end")
    func damagedHeader() throws {
        let disk = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(disk)
        let path = try #require(log.driver.shared.withState { $0.files.last?.file.path })
        let crashed = disk.copy()
        try log.close()
        try crashed.open(path, .update).write(
            [UInt8](repeating: 7, count: FileHeader.At.end + 8).rawSpan, at: 0)
        let again = try Self.open(crashed)
        #expect(!again.recovery.damage.isEmpty)
        // Only the frame whose header was hit is lost.
        let found = try FaultTests.values(again)
        #expect(found.count == count - 1 || found.count == count, "\(found.count) of \(count)")
        try again.close()
    }

    @Test("A file that cannot be renewed is made anew")
    func failures() throws {
        let start = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(start)
        let calls = start.callCount
        try log.close()
        var renewed = 0
        for call in 1...calls {
            let disk = SimulatedFileSystem()
            disk.inject(.fail(.ioError), atCall: call)
            guard let (log, _) = try? Self.renewedLog(disk) else { continue }
            renewed += 1
            #expect(try FaultTests.values(log).starts(with: (0..<count - 1).map(Self.value)))
            try? log.close()
        }
        #expect(renewed > 5, "some calls can fail without anybody's loss")
    }

    @Test("A copy that is overtaken by renewed files begins anew")
    func copy() throws {
        let disk = SimulatedFileSystem()
        let (log, count) = try Self.renewedLog(disk)
        try Self.append(count..<count + 20, to: log)
        // Before the last file is opened for the copy, all others are.
        let last = try #require(
            try disk.list("/data/commit").last { $0.hasSuffix(".log") })
        let intruder = Intruder(disk, before: last) {
            try? log.sealNow()
            try? Self.append(count + 20..<count + 80, to: log)
        }
        var copier = LogCopier(from: "/data", to: "/backup", fileSystem: intruder)
        let report = try copier.run()
        #expect(report.attempts == 2 && report.verification.isWhole)
        let copy = try Self.open(disk, "/backup")
        #expect(try FaultTests.values(copy) == (0..<count + 80).map(Self.value))
        try copy.close()
        try log.close()
    }
}
