import Platform
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Files made ahead")
struct SpareFileTests {
    private static let partition = PartitionID(rawValue: 0)

    private static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        var options = CrashScript.options
        options.fillsFilesAhead = true
        return try CommitLog.open(
            directory: CrashScript.directory, fileSystem: disk, clock: ManualClock(),
            options: options)
    }

    private static func append(_ log: CommitLog, _ count: Int) throws {
        for number in 0..<count {
            let value = "\(number)" + String(repeating: "x", count: 120)
            try log.append(.batches(partition, TestBatches.batch([value])))
        }
    }

    private static func names(_ disk: SimulatedFileSystem) throws -> [String] {
        try disk.list(DataLayout(CrashScript.directory).commit)
    }

    @Test("The next file is made while the active one is written, and taken when that is full")
    func rolls() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try AppendAndReadTests.create(log)
        #expect(try Self.names(disk).contains("next.spare"))
        let renamed = disk.callCount(of: .rename)
        try Self.append(log, 12)
        #expect(disk.callCount(of: .rename) >= renamed + 2)
        #expect(try Self.names(disk).filter { $0.hasSuffix(".log") }.count >= 3)
        #expect(try TestBatches.records(of: Self.partition, in: log).count == 12)
        try log.close()
        #expect(try !Self.names(disk).contains("next.spare"), "closing gives the space back")
    }

    @Test("A file that cannot be made ahead is made when it is needed")
    func failure() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        disk.inject(.fail(.noSpace), atNext: .rename)
        try AppendAndReadTests.create(log)
        var refused = 0
        for _ in 0..<12 {
            do { try Self.append(log, 1) } catch { refused += 1 }
        }
        #expect(refused <= 1)
        #expect(try TestBatches.records(of: Self.partition, in: log).count == 12 - refused)
        try log.close()
    }

    @Test("What a killed process left is removed by the next opening, and nothing is called torn")
    func leftover() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try AppendAndReadTests.create(log)
        try Self.append(log, 2)
        let crashed = disk.crash(.unsyncedKept)
        let again = try Self.open(crashed)
        #expect(again.recovery.bytesCut == 0)
        #expect(again.recovery.damage.isEmpty)
        #expect(try TestBatches.records(of: Self.partition, in: again).count == 2)
        #expect(try !Self.names(crashed).contains("next.spare"))
        try again.close()
        try log.close()
    }
}
