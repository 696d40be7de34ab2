import Bytes
import Platform
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Copies of a data directory")
struct CopyTests {
    /// An open log with segments, a snapshot and frames behind it.
    private static func log(_ disk: SimulatedFileSystem) throws -> (CommitLog, LogModel) {
        var model = LogModel()
        let log = try FaultTests.open(disk)
        let long = String(repeating: "x", count: 300)
        let changes: [[LogModel.Change]] = [
            [.create(0, topic: "orders", index: 0), .create(1, topic: "bills", index: 0)],
            [.records(0, ["a" + long, "b"]), .put(1, [1], [2])], [.records(1, ["c" + long])],
            [.records(0, ["d" + long]), .put(2, [3], [4])], [.records(1, ["e" + long])],
        ]
        for (index, changes) in changes.enumerated() {
            model.apply(changes)
            try log.append(FrameContent(changes.map(\.entry)))
            if index == 3 { try log.sealNow() }
        }
        return (log, model)
    }

    @Test(
        "The copy of an open log survives a power failure and holds the same; the source is as it was"
    )
    func copy() throws {
        let disk = SimulatedFileSystem()
        let (log, model) = try Self.log(disk)
        var copier = LogCopier(from: "/data", to: "/backup/1", fileSystem: disk)
        let report = try copier.run()
        #expect(report.attempts == 1 && report.verification.isWhole)
        #expect(report.partitions == 2 && report.records == 5 && report.end == log.end)
        let copy = try CommitLog.open(
            directory: "/backup/1", fileSystem: disk.crash(.unsyncedLost), clock: ManualClock(),
            options: CrashScript.options)
        #expect(copy.recovery.damage.isEmpty)
        #expect(try LogModel(reading: copy, tables: [1, 2]) == model)
        try copy.append(.batches(FaultTests.partition, TestBatches.batch(["more"])))
        try copy.close()
        #expect(try LogModel(reading: log, tables: [1, 2]) == model)
        try log.close()
    }

    @Test(
        "A checkpoint that takes files away during a copy begins another attempt",
        arguments: [".log", ".snapshot", ".segment", ".index"])
    func checkpointDuringCopy(suffix: String) throws {
        let disk = SimulatedFileSystem()
        let (log, model) = try Self.log(disk)
        let intruder = Intruder(disk, before: suffix) { try? log.sealNow() }
        var copier = LogCopier(from: "/data", to: "/backup", fileSystem: intruder)
        let report = try copier.run()
        #expect(report.verification.isWhole, "\(report.verification.damage)")
        #expect(report.attempts == (suffix == ".log" || suffix == ".snapshot" ? 2 : 1))
        let copy = try CommitLog.open(
            directory: "/backup", fileSystem: disk, clock: ManualClock(),
            options: CrashScript.options)
        #expect(try LogModel(reading: copy, tables: [1, 2]) == model)
        try copy.close()
        try log.close()
    }

    @Test("Power lost at any call of a copy leaves no data directory, or a whole one")
    func crashes() throws {
        let (log, model) = try Self.log(SimulatedFileSystem())
        try log.close()
        let start = SimulatedFileSystem()
        let (source, _) = try Self.log(start)
        try source.close()
        let disk = start.crash(.unsyncedKept)
        let whole = disk.copy()
        var copier = LogCopier(from: "/data", to: "/backup", fileSystem: whole)
        _ = try copier.run()
        for call in 1...whole.callCount {
            let cut = disk.copy()
            cut.inject(.powerLoss, atCall: call)
            var copier = LogCopier(from: "/data", to: "/backup", fileSystem: cut)
            guard (try? copier.run()) == nil else { continue }
            let found = cut.crash(.unsyncedMixed(seed: UInt64(call)))
            guard try found.status(of: "/backup/FORMAT") != nil else { continue }
            let copy = try CommitLog.open(
                directory: "/backup", fileSystem: found, clock: ManualClock(),
                options: CrashScript.options)
            let held = try LogModel(reading: copy, tables: [1, 2])
            #expect(held == model, "call \(call)")
            try copy.close()
        }
    }
}
