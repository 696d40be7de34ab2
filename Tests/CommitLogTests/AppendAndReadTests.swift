import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Appending and reading")
struct AppendAndReadTests {
    static let partition = PartitionID(rawValue: 0)

    /// Small files, and nothing in the background: what happens is what the test says.
    static var options: LogOptions {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        options.sealsInBackground = false
        return options
    }

    static func create(_ log: CommitLog, _ id: UInt32 = 0, topic: String = "orders") throws {
        try log.append(
            FrameContent([.createPartition(PartitionID(rawValue: id), topic: topic, index: 0)]))
    }

    enum Disk: CaseIterable { case real, simulated }

    @Test(
        "What was appended is read back, before and after opening again", arguments: Disk.allCases)
    func roundTrip(disk: Disk) throws {
        let directory = try TestDirectory()
        let fileSystem: any FileSystem = disk == .real ? RealFileSystem() : SimulatedFileSystem()
        let path = disk == .real ? directory.path : FilePath("/data")
        let expected = [
            TestBatches.Record(offset: 0, value: "a"), .init(offset: 1, value: "b"),
            .init(offset: 2, value: "c"),
        ]
        do {
            let log = try CommitLog.open(
                directory: path, fileSystem: fileSystem, options: Self.options)
            try Self.create(log)
            let first = try log.append(.batches(Self.partition, TestBatches.batch(["a", "b"])))
            let second = try log.append(.batches(Self.partition, TestBatches.batch(["c"])))
            #expect(first.baseOffsets == [RecordOffset(rawValue: 0)])
            #expect(second.baseOffsets == [RecordOffset(rawValue: 2)])
            #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
            try log.close()
        }
        let log = try CommitLog.open(
            directory: path, fileSystem: fileSystem, options: Self.options)
        #expect(log.recovery.frames == 4, "three frames and the one that closing adds")
        #expect(log.recovery.damage.isEmpty)
        #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
        let third = try log.append(.batches(Self.partition, TestBatches.batch(["d"])))
        #expect(third.baseOffsets == [RecordOffset(rawValue: 3)])
        try log.close()
    }

    @Test("Sealed records are read from segments with the same offsets", arguments: Disk.allCases)
    func sealing(disk: Disk) throws {
        let directory = try TestDirectory()
        let fileSystem: any FileSystem = disk == .real ? RealFileSystem() : SimulatedFileSystem()
        let path = disk == .real ? directory.path : FilePath("/data")
        var options = LogOptions()
        options.commitFileByteCount = 4096
        options.blockByteCount = 1000
        options.sealsInBackground = false
        var expected: [TestBatches.Record] = []
        do {
            let log = try CommitLog.open(
                directory: path, fileSystem: fileSystem, options: options)
            try Self.create(log)
            for number in 0..<200 {
                let value = "value \(number) " + String(repeating: "x", count: number % 50)
                try log.append(.batches(Self.partition, TestBatches.batch([value])))
                expected.append(.init(offset: Int64(number), value: value))
            }
            #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
            try log.sealNow()
            #expect(log.partitions().first?.sealedEnd == RecordOffset(rawValue: 200))
            #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
            let names = try fileSystem.list(path.appending("commit"))
            #expect(names.filter { $0.hasSuffix(".log") }.count == 1)
            try log.append(.batches(Self.partition, TestBatches.batch(["tail"])))
            expected.append(.init(offset: 200, value: "tail"))
            #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
            try log.close()
        }
        let log = try CommitLog.open(directory: path, fileSystem: fileSystem, options: options)
        #expect(log.recovery.damage.isEmpty)
        #expect(try TestBatches.records(of: Self.partition, in: log) == expected)
        #expect(try TestBatches.records(of: Self.partition, in: log, from: 150).count == 51)
        try log.close()
    }

    @Test("The keyed state survives opening again, from the log and from a snapshot")
    func keyedState() throws {
        let disk = SimulatedFileSystem()
        do {
            let log = try CommitLog.open(
                directory: "/data", fileSystem: disk, options: Self.options)
            try log.append(
                FrameContent([
                    .put(table: 1, key: [1, 2], value: [9]),
                    .put(table: 1, key: [1, 3], value: [8]),
                    .put(table: 2, key: [1], value: []), .put(table: 1, key: [2], value: [7]),
                ]))
            try log.checkpoint()
            try log.append(
                FrameContent([
                    .remove(table: 2, key: [1]), .removePrefix(table: 1, prefix: [1]),
                    .put(table: 1, key: [1, 4], value: [6]),
                ]))
            try log.close()
        }
        let log = try CommitLog.open(
            directory: "/data", fileSystem: disk, options: Self.options)
        #expect(log.recovery.snapshotPosition != nil)
        #expect(
            log.entries(table: 1) == [
                KeyedValue(key: [1, 4], value: [6]), KeyedValue(key: [2], value: [7]),
            ])
        #expect(log.value(table: 2, key: [1]) == nil)
        #expect(log.value(table: 1, key: [2]) == [7])
        try log.close()
    }
}
