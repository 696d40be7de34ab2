import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Transactions in the log")
struct TransactionTests {
    private static let partition = PartitionID(rawValue: 0)

    private static func apply(_ changes: [LogModel.Change], _ log: CommitLog) throws {
        try log.append(FrameContent(changes.map(\.entry)))
    }

    private static func values(_ log: CommitLog) throws -> [String] {
        try TestBatches.records(of: partition, in: log).map(\.description)
    }

    private static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        let log = try FaultTests.open(disk)
        if log.partitions().isEmpty { try apply([.create(0, topic: "t", index: 0)], log) }
        return log
    }

    @Test("Records count once their transaction is committed, and never if it is aborted")
    func stability() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.open(disk)
        try Self.apply([.records(0, ["a"]), .transaction(0, 1, ["b", "c"])], log)
        try Self.apply([.transaction(0, 2, ["d"]), .records(0, ["e"])], log)
        #expect(try Self.values(log) == ["0=a"])
        #expect(log.stableView(Self.partition, from: .zero)?.lastStableOffset.rawValue == 1)
        try Self.apply([.end(0, 1, .commit)], log)
        #expect(try Self.values(log) == ["0=a", "1=b", "2=c"])
        // The same after opening: all of it is in the log.
        try log.close()
        log = try Self.open(disk)
        #expect(log.stableView(Self.partition, from: .zero)?.lastStableOffset.rawValue == 3)
        try Self.apply([.end(0, 2, .abort)], log)
        let view = try #require(log.stableView(Self.partition, from: .zero))
        let first = RecordOffset(rawValue: 3)
        let marker = RecordOffset(rawValue: 6)
        #expect(view.aborted == [AbortedTransaction(producerID: 2, first: first, last: marker)])
        #expect(view.lastStableOffset.rawValue == 7)
        #expect(
            log.stableView(Self.partition, from: RecordOffset(rawValue: 7))?.aborted.isEmpty
                == true)
        #expect(try Self.values(log) == ["0=a", "1=b", "2=c", "4=e"])
        try log.close()
    }

    @Test("Sealing leaves aborted records and markers out, keeps offsets, and counts what it left")
    func sealing() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.open(disk)
        try Self.apply([.transaction(0, 1, ["a"]), .records(0, ["b"])], log)
        try Self.apply([.transaction(0, 1, ["c"]), .end(0, 1, .abort)], log)
        try Self.apply([.transaction(0, 1, ["d"]), .end(0, 1, .commit)], log)
        try Self.apply([.transaction(0, 1, ["e"]), .end(0, 1, .abort)], log)
        try log.sealNow()
        for _ in 0..<2 {
            let partition = try #require(log.partitions().first)
            #expect(partition.sealedEnd == partition.end && partition.end.rawValue == 8)
            #expect(try Self.values(log) == ["1=b", "4=d"])
            #expect(log.stableView(Self.partition, from: .zero)?.aborted.isEmpty == true)
            try log.close()
            #expect(try LogInspector(directory: "/data", fileSystem: disk).verify().isWhole)
            log = try Self.open(disk)
        }
        var bytes: [UInt8] = []
        let read = try log.read(Self.partition, from: .zero, maximumBytes: 1 << 20, into: &bytes)
        for range in read.batches {
            let header = try BatchHeader(
                parsing: bytes.rawSpan.slice(range.lowerBound, count: range.count))
            #expect(!header.attributes.isControl && !header.attributes.isTransactional)
        }
        let removed = log.driver.shared.withState { $0.partitions[Self.partition]?.removed }
        #expect(removed?[.transaction]?.records == 6)
        try log.close()
    }

    @Test("A partition of which nothing is left is sealed all the same, and frees the commit log")
    func nothingLeft() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try Self.apply([.transaction(0, 1, ["a"]), .end(0, 1, .abort)], log)
        try log.sealNow()
        #expect(try disk.list("/data/commit").filter { $0.hasSuffix(".log") }.count == 1)
        #expect(try Self.values(log).isEmpty)
        let partition = try #require(log.partitions().first)
        #expect(partition.sealedEnd.rawValue == 2)
        try Self.apply([.records(0, ["b"])], log)
        #expect(try Self.values(log) == ["2=b"])
        try log.sealNow()
        #expect(try Self.values(log) == ["2=b"])
        try log.close()
        #expect(try LogInspector(directory: "/data", fileSystem: disk).verify().isWhole)
    }

    @Test("An open transaction keeps what follows it in the commit log until it is decided")
    func openTransaction() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try Self.apply([.records(0, ["a"]), .transaction(0, 1, ["b"]), .records(0, ["c"])], log)
        try log.sealNow()
        #expect(log.partitions().first?.sealedEnd.rawValue == 1)
        #expect(try Self.values(log) == ["0=a"])
        try Self.apply([.end(0, 1, .commit)], log)
        try log.sealNow()
        #expect(log.partitions().first?.sealedEnd.rawValue == 4)
        #expect(try Self.values(log) == ["0=a", "1=b", "2=c"])
        #expect(try disk.list("/data/commit").filter { $0.hasSuffix(".log") }.count == 1)
        try log.close()
    }
}
