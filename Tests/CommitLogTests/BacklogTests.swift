import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Sealing that falls behind")
struct BacklogTests {
    private static let partition = PartitionID(rawValue: 0)

    /// A log with `count` full files and an active one that is not empty.
    private static func log(fullFiles count: Int) throws -> CommitLog {
        let log = try CommitLog.open(
            directory: CrashScript.directory, fileSystem: SimulatedFileSystem(),
            clock: ManualClock(), options: CrashScript.options)
        try AppendAndReadTests.create(log)
        let value = String(repeating: "x", count: 120)
        while log.driver.shared.withState({ $0.unsealedFileCount }) < count {
            try log.append(.batches(partition, TestBatches.batch([value])))
        }
        return log
    }

    @Test(
        "Files are sealed a few at a time, with a checkpoint behind each few",
        arguments: [(-1, 1), (0, 1), (1, 2)])
    func checkpoints(delta: Int, expected: Int64) throws {
        // Sealing now makes the active file a full one.
        let log = try Self.log(fullFiles: LogLimits.sealedFilesMax + delta - 1)
        try log.sealNow()
        #expect(log.statistics.checkpoints == expected)
        #expect(log.statistics.sealedFiles == Int64(LogLimits.sealedFilesMax + delta))
        try log.close()
    }

    @Test(
        "With too many files waiting, a faster level is taken and counted",
        arguments: [(-1, false), (0, false), (1, true)])
    func haste(delta: Int, isHasty: Bool) throws {
        let log = try Self.log(fullFiles: LogLimits.unsealedFilesMax + delta - 1)
        let end = log.bounds(Self.partition)?.end
        try log.sealNow()
        #expect((log.statistics.hastilySealedBytes > 0) == isHasty)
        #expect(
            try TestBatches.records(of: Self.partition, in: log).count == Int(end?.rawValue ?? 0))
        try log.close()
    }

    @Test(
        "With far too many files waiting, an append waits a while and is counted",
        arguments: [(-1, 0), (0, 0), (1, 1)])
    func slowness(delta: Int, expected: Int64) throws {
        let log = try Self.log(fullFiles: LogLimits.unsealedFilesFarMax + delta)
        log.driver.maintenance.filesMayBeFull()
        log.driver.maintenance.slowDown()
        #expect(log.statistics.slowedAppends == expected)
        try log.sealNow()
        log.driver.maintenance.slowDown()
        #expect(log.statistics.slowedAppends == expected, "sealing has caught up")
        try log.close()
    }
}
