import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Options and starts of partitions")
struct PartitionOptionsTests {
    /// Every option set to something that is not its default.
    static var all: PartitionOptions {
        var options = PartitionOptions(compressionLevel: -5)
        options.cleanup = .compactAndDelete
        options.retentionMilliseconds = 604_800_000
        options.retentionByteCount = 10 << 30
        options.compactionLagMinMilliseconds = 7
        options.compactionLagMaxMilliseconds = 8
        options.deleteRetentionMilliseconds = 9
        options.dirtyRatioMin = 0.25
        options.segmentByteCount = 1 << 20
        options.durability = .os
        options.segmentMilliseconds = 10
        return options
    }

    @Test("Options are the same after coding, and every cut and unknown tag is refused by name")
    func coding() throws {
        for options in [PartitionOptions(), Self.all] {
            let bytes = PartitionOptionsCodec.encode(options)
            let decoded = try PartitionOptionsCodec.decode(bytes.rawSpan)
            #expect(decoded == options)
            for count in 0..<bytes.count where count % 10 != 0 {
                #expect(throws: PartitionOptionsCodec.Problem.self) {
                    _ = try PartitionOptionsCodec.decode(Array(bytes[..<count]).rawSpan)
                }
            }
        }
        let future: [UInt8] = [99, 8, 0, 0, 0, 0, 0, 0, 0, 0]
        do {
            _ = try PartitionOptionsCodec.decode(future.rawSpan)
            Issue.record("an unknown option was taken")
        } catch {
            #expect(error.reason.contains("option 99"))
        }
    }

    @Test("An option that is out of range is refused with its name, and nothing is appended")
    func ranges() throws {
        let log = try FaultTests.logWithRecords(SimulatedFileSystem(), [])
        let changes: [(String, (inout PartitionOptions) -> Void)] = [
            ("retention.ms", { $0.retentionMilliseconds = -1 }),
            ("retention.bytes", { $0.retentionByteCount = -1 }),
            ("min.compaction.lag.ms", { $0.compactionLagMinMilliseconds = -1 }),
            ("max.compaction.lag.ms", { $0.compactionLagMaxMilliseconds = -1 }),
            ("delete.retention.ms", { $0.deleteRetentionMilliseconds = -1 }),
            ("segment.bytes", { $0.segmentByteCount = 0 }),
            ("segment.ms", { $0.segmentMilliseconds = 0 }),
            ("min.cleanable.dirty.ratio", { $0.dirtyRatioMin = 1.01 }),
            ("min.cleanable.dirty.ratio", { $0.dirtyRatioMin = .nan }),
        ]
        for (name, change) in changes {
            var options = PartitionOptions()
            change(&options)
            do {
                try log.append(FrameContent([.alterPartition(FaultTests.partition, options)]))
                Issue.record("\(name) was taken")
            } catch {
                #expect(error.description.contains(name))
            }
        }
        var least = PartitionOptions()
        (least.retentionMilliseconds, least.retentionByteCount, least.segmentByteCount) = (0, 0, 1)
        (least.dirtyRatioMin, least.deleteRetentionMilliseconds) = (0, 0)
        least.segmentMilliseconds = 1
        try log.append(FrameContent([.alterPartition(FaultTests.partition, least)]))
        #expect(log.partitions().first?.options == least)
        try log.close()
    }

    @Test("Options and the start survive opening again, from the log and from a snapshot")
    func reopening() throws {
        for takesCheckpoint in [false, true] {
            let disk = SimulatedFileSystem()
            var log = try FaultTests.open(disk)
            let (first, second) = (FaultTests.partition, PartitionID(rawValue: 1))
            try log.append(
                FrameContent([
                    .createPartition(first, topic: "orders", index: 0, options: Self.all),
                    .createPartition(second, topic: "orders", index: 1),
                    .batches(first, TestBatches.batch(["a", "b", "c"])),
                    .alterPartition(second, Self.all),
                    .removeBefore(first, offset: RecordOffset(rawValue: 2), reason: .age),
                ]))
            if takesCheckpoint { try log.checkpoint() }
            try log.close()
            log = try FaultTests.open(disk)
            #expect(log.recovery.damage.isEmpty)
            #expect(log.partitions().map(\.options) == [Self.all, Self.all])
            #expect(try FaultTests.values(log) == ["c"])
            #expect(log.partitions()[0].removed == [.age: RemovalTally(records: 2, bytes: 0)])
            var bytes: [UInt8] = []
            #expect(
                throws: ReadError.offsetOutOfRange(
                    RecordOffset(rawValue: 1), start: RecordOffset(rawValue: 2),
                    end: RecordOffset(rawValue: 3))
            ) {
                try log.read(
                    first, from: RecordOffset(rawValue: 1), maximumBytes: 9, into: &bytes)
            }
            let receipt = try log.append(.batches(first, TestBatches.batch(["d"])))
            #expect(receipt.baseOffsets == [RecordOffset(rawValue: 3)])
            try log.close()
        }
    }

    @Test("A partition that lost all its records keeps its end, and goes on from there")
    func emptied() throws {
        let disk = SimulatedFileSystem()
        var log = try FaultTests.logWithRecords(disk, ["a", "b", "c", "d"])
        try log.sealNow()
        try log.append(.batches(FaultTests.partition, TestBatches.batch(["e"])))
        let end = RecordOffset(rawValue: 5)
        try log.append(FrameContent([.removeBefore(FaultTests.partition, offset: end)]))
        try log.sealNow()
        let directory = DataLayout("/data").partition("orders", 0)
        #expect(try disk.list(directory).isEmpty, "the files are gone")
        try log.close()
        log = try FaultTests.open(disk)
        #expect(log.recovery.damage.isEmpty)
        #expect(log.bounds(FaultTests.partition).map { $0.start } == end)
        #expect(log.bounds(FaultTests.partition).map { $0.end } == end)
        let receipt = try log.append(.batches(FaultTests.partition, TestBatches.batch(["f"])))
        #expect(receipt.baseOffsets == [end])
        #expect(try FaultTests.values(log) == ["f"])
        try log.close()
    }

    @Test("A name of a segment says base and generation, and nothing else is taken for one")
    func names() {
        var extent = SegmentExtent(base: 42, generation: 7)
        #expect(DataLayout.segmentName(extent) == "00000000000000000042-7.segment")
        #expect(DataLayout.isSegment(DataLayout.segmentName(extent)))
        extent = SegmentExtent(base: 0, generation: .max)
        #expect(DataLayout.isSegment(DataLayout.segmentName(extent)))
        for name in [
            "00000000000000000042.segment", "42-0.segment", "00000000000000000042-00.segment",
            "00000000000000000042-0.index", "00000000000000000042--1.segment",
            "0000000000000000004x-0.segment", "00000000000000000042-4294967296.segment",
        ] {
            #expect(!DataLayout.isSegment(name), "\(name)")
        }
    }
}
