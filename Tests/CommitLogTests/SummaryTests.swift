import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Summaries of sealed blocks")
struct SummaryTests {
    private static let partition = PartitionID(rawValue: 0)

    /// Says of a block what its values are, one behind the other.
    struct Values: BlockSummarizer {
        var mark = "v1:"
        var byteCount: Int?

        mutating func summarize(_ block: RawSpan, into bytes: inout [UInt8]) {
            var buffer = RecordBuffer()
            guard (try? BatchReader().read(block, into: &buffer)) != nil else { return }
            bytes += Array(mark.utf8)
            for row in 0..<buffer.rows.count {
                if let value = buffer.block.value(row) { bytes.append(copying: value) }
            }
            if let byteCount { bytes = [UInt8](repeating: 7, count: byteCount) }
        }

        func covers(_ summary: RawSpan) -> Bool {
            var bytes: [UInt8] = []
            bytes.append(copying: summary)
            return bytes.starts(with: Array(mark.utf8))
        }
    }

    private static func open(
        _ disk: SimulatedFileSystem, _ values: Values? = Values()
    ) throws -> CommitLog {
        var options = CrashScript.options
        if let values { options.summarizer = { _ in values } }
        return try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: ManualClock(), options: options)
    }

    /// The summaries of all blocks, nil for a block without one.
    private static func summaries(_ log: CommitLog) throws -> [String?] {
        var found: [String?] = []
        var offset = RecordOffset.zero
        while let listed = try log.sealedBlocks(partition, holding: offset) {
            for block in listed.blocks {
                found.append(
                    block.summary.map { String(decoding: listed.summaries[$0], as: UTF8.self) })
            }
            offset = listed.end
        }
        return found
    }

    private static func append(_ log: CommitLog, _ values: [String]) throws {
        for value in values {
            let long = value + String(repeating: ".", count: 160)
            try log.append(.batches(partition, TestBatches.batch([long])))
        }
    }

    private static func expected(_ values: [String], mark: String = "v1:") -> [String?] {
        values.map { mark + $0 + String(repeating: ".", count: 160) }
    }

    private static func log(_ disk: SimulatedFileSystem, _ values: Values? = Values()) throws
        -> CommitLog
    {
        let log = try open(disk, values)
        try log.append(FrameContent([.createPartition(partition, topic: "orders", index: 0)]))
        return log
    }

    @Test("Each block that is sealed has its summary, also in a segment that goes on later")
    func sealed() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.log(disk)
        try Self.append(log, ["a", "b"])
        try log.sealNow()
        #expect(try Self.summaries(log) == Self.expected(["a", "b"]))
        try log.close()
        log = try Self.open(disk)
        try Self.append(log, ["c", "d", "e", "f"])
        #expect(try log.sealedBlocks(Self.partition, holding: RecordOffset(rawValue: 4)) == nil)
        try log.sealNow()
        #expect(try Self.summaries(log) == Self.expected(["a", "b", "c", "d", "e", "f"]))
        let first = try #require(try log.sealedBlocks(Self.partition, holding: .zero))
        #expect(first.blocks[0].recordCount == 1 && first.blocks[0].byteCount > 61)
        #expect(first.blocks[0].offsets == .zero..<RecordOffset(rawValue: 1))
        try log.close()
    }

    @Test(
        "A damaged or missing summary file leaves blocks without summaries, never with wrong ones")
    func damaged() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.log(disk)
        try Self.append(log, ["a", "b", "c"])
        try log.sealNow()
        try log.close()
        let whole = Self.expected(["a", "b", "c"])
        let name = try #require(
            try disk.list("/data/topics/orders/0").first { $0.hasSuffix(".summary") })
        let path = FilePath("/data/topics/orders/0/\(name)")
        let size = Int(try #require(try disk.status(of: path)).size)
        var lost = 0
        for position in 0..<size {
            let flipped = disk.copy()
            flipped.flipBit(position % 8, at: position, of: path)
            let log = try Self.open(flipped)
            let found = try Self.summaries(log)
            #expect(found.count == whole.count)
            for (found, whole) in zip(found, whole) where found != whole {
                #expect(found == nil, "byte \(position) gave \(found ?? "")")
                lost += 1
            }
            #expect(try TestBatches.records(of: Self.partition, in: log).count == 3)
            try log.close()
        }
        print("summary bit flips: \(size) bytes, \(lost) summaries not used")
        #expect(lost >= size - FileHeader.At.end)
        try disk.remove(path)
        let bare = try Self.open(disk)
        #expect(try Self.summaries(bare) == [nil, nil, nil])
        try bare.close()
    }

    @Test("A summary that a sealing before a crash has left does not speak for another block")
    func staleSummary() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.log(disk)
        try Self.append(log, ["a"])
        try log.sealNow()
        let before = disk.copy()
        try Self.append(log, ["b"])
        try log.sealNow()
        try log.close()
        let name = try #require(
            try disk.list("/data/topics/orders/0").first { $0.hasSuffix(".summary") })
        let path = FilePath("/data/topics/orders/0/\(name)")
        // The disk as of before, but the summary file of the sealing that did not count.
        let bytes = try disk.contents(of: path, limit: 1 << 20)
        try before.open(path, .update).write(bytes.rawSpan, at: 0)
        let again = try Self.open(before)
        try Self.append(again, ["X"])
        try again.sealNow()
        #expect(try Self.summaries(again) == Self.expected(["a", "X"]))
        try again.close()
    }

    @Test("Summaries are made on demand, for blocks that have none or one that says too little")
    func onDemand() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.log(disk, nil)
        try Self.append(log, ["a", "b"])
        try log.sealNow()
        #expect(try Self.summaries(log) == [nil, nil])
        #expect(try log.summarizeBlocks(Self.partition, holding: .zero)?.count == 0)
        try log.close()
        log = try Self.open(disk)
        try Self.append(log, ["c"])
        try log.sealNow()
        #expect(try Self.summaries(log).compactMap { $0 } == Self.expected(["c"]).compactMap { $0 })
        let made = try #require(try log.summarizeBlocks(Self.partition, holding: .zero))
        #expect(made.count == 2 && made.next.rawValue == 3)
        #expect(try Self.summaries(log) == Self.expected(["a", "b", "c"]))
        #expect(try log.summarizeBlocks(Self.partition, holding: .zero)?.count == 0)
        #expect(try log.summarizeBlocks(Self.partition, holding: made.next) == nil)
        try log.close()
        log = try Self.open(disk, Values(mark: "v2:"))
        #expect(try log.summarizeBlocks(Self.partition, holding: .zero)?.count == 3)
        #expect(try Self.summaries(log) == Self.expected(["a", "b", "c"], mark: "v2:"))
        try log.close()
    }

    @Test(
        "A summary beyond its limit is left out; the block is sealed all the same",
        arguments: [(-1, true), (0, true), (1, false)])
    func limit(delta: Int, isKept: Bool) throws {
        let disk = SimulatedFileSystem()
        let log = try Self.log(disk, Values(byteCount: LogLimits.summaryByteCountMax + delta))
        try Self.append(log, ["a"])
        try log.sealNow()
        let listed = try #require(try log.sealedBlocks(Self.partition, holding: .zero))
        #expect((listed.blocks[0].summary != nil) == isKept)
        try log.close()
    }

    @Test(
        "A summary file beyond its limit is not read: its blocks are as those without a summary",
        arguments: [(Int64(-1), true), (0, true), (1, false)])
    func fileLimit(delta: Int64, isRead: Bool) throws {
        let disk = SimulatedFileSystem()
        let log = try Self.log(disk)
        try Self.append(log, ["a"])
        try log.sealNow()
        let name = try #require(
            try disk.list("/data/topics/orders/0").first { $0.hasSuffix(".summary") })
        // What follows the entries is zeros, which is no entry.
        try disk.open(FilePath("/data/topics/orders/0/\(name)"), .update).truncate(
            to: LogLimits.summaryFileByteCountMax + delta)
        #expect(try Self.summaries(log) == (isRead ? Self.expected(["a"]) : [nil]))
        try log.close()
    }

    @Test("A summary that cannot be written is counted and harms no sealing")
    func noSpace() throws {
        for call in 0..<40 {
            let disk = SimulatedFileSystem()
            let log = try Self.log(disk)
            try Self.append(log, ["a"])
            disk.inject(.fail(.noSpace), atCall: disk.callCount + call)
            do { try log.sealNow() } catch { try log.sealNow() }
            #expect(try TestBatches.records(of: Self.partition, in: log).count == 1)
            let found = try Self.summaries(log)
            let failures = log.statistics.summariesFailed
            #expect(found == Self.expected(["a"]) || (found == [nil] && failures > 0))
            try? log.close()
        }
    }
}
