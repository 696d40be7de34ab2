import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("The record with the largest timestamp")
struct NewestRecordTests {
    private static let partition = FaultTests.partition

    private static func open() throws -> CommitLog {
        let log = try RetentionTests.open(SimulatedFileSystem(), ManualClock())
        try RetentionTests.create(log) { _ in }
        return log
    }

    /// As a client gave it: its checksum is right, and its records are not what its codec says.
    private static func unreadable(at time: Int64) -> [UInt8] {
        var batch = TestBatches.batch(["of a client"], timestamp: time)
        batch[BatchHeader.At.attributes + 1] |= UInt8(CompressionCodec.gzip.rawValue)
        return withChecksum(batch)
    }

    private static func withChecksum(_ batch: [UInt8]) -> [UInt8] {
        var batch = batch
        let start = BatchHeader.At.attributes
        let crc = CRC32C.checksum(batch.rawSpan.slice(start, count: batch.count - start))
        batch.replace(at: BatchHeader.At.crc, bigEndian: crc)
        return batch
    }

    private static func append(_ log: CommitLog, _ batches: [[UInt8]]) throws {
        for batch in batches { try log.append(.batches(partition, batch)) }
    }

    private static func newest(_ log: CommitLog) throws -> [Int64] {
        try log.newestRecord(partition).map { [$0.offset.rawValue, $0.timestamp] } ?? []
    }

    @Test("It is found whatever the order of times is, sealed or not")
    func order() throws {
        for times in [[1, 2, 3], [3, 1, 2], [2, 3, 1], [3, 3, 1], [-1, -1, -1]] as [[Int64]] {
            let log = try Self.open()
            try Self.append(log, times.map { TestBatches.batch(["a", "b"], timestamp: $0) })
            // Records of a batch are a millisecond apart.
            let newest = try #require(times.max())
            let place = try #require(times.firstIndex(of: newest))
            let expected = try TestBatches.records(of: Self.partition, in: log)
                .filter { $0.offset >= Int64(place) * 2 }.map(\.offset).prefix(2)
            let found = try Self.newest(log)
            #expect(expected.contains(try #require(found.first)), "\(times)")
            try log.sealNow()
            #expect(try Self.newest(log) == found, "\(times), sealed")
            // What is newer and not sealed counts too.
            try Self.append(log, [TestBatches.batch(["c"], timestamp: 9)])
            #expect(try Self.newest(log) == [6, 9])
            try log.close()
        }
    }

    /// It was answered that there is no record at all.
    @Test("A batch that cannot be opened is passed over, and so is a time that no record has")
    func unreadable() throws {
        let log = try Self.open()
        #expect(try Self.newest(log) == [])
        try Self.append(log, [Self.unreadable(at: 5)])
        #expect(try Self.newest(log) == [])
        try Self.append(log, [TestBatches.batch(["a"], timestamp: 3)])
        #expect(try Self.newest(log) == [1, 3])
        // It says 9, and its record is of 4.
        var boasting = TestBatches.batch(["b"], timestamp: 4)
        boasting.replace(at: BatchHeader.At.maxTimestamp, bigEndian: Int64(9))
        try Self.append(log, [Self.withChecksum(boasting), Self.unreadable(at: 8)])
        #expect(try Self.newest(log) == [2, 4])
        let before = log.statistics.unreadableBatches
        #expect(try Self.newest(log) == [2, 4])
        #expect(log.statistics.unreadableBatches == before + 2)
        try log.sealNow()
        #expect(try Self.newest(log) == [2, 4])
        try log.append(
            FrameContent([.removeBefore(Self.partition, offset: RecordOffset(rawValue: 3))]))
        #expect(try Self.newest(log) == [], "what is left is the batch of 8")
        #expect(throws: ReadError.unknownPartition(PartitionID(rawValue: 7))) {
            try log.newestRecord(PartitionID(rawValue: 7))
        }
        try log.close()
    }

    @Test("A search ends after so many batches", arguments: [(-2, true), (-1, true), (0, false)])
    func limit(delta: Int, isFound: Bool) throws {
        let log = try RetentionTests.open(SimulatedFileSystem(), ManualClock()) {
            $0.commitFileByteCount = 1 << 20
        }
        try RetentionTests.create(log) { _ in }
        let count = LogLimits.newestBatchesMax + delta
        let batches = (0..<count).flatMap { Self.unreadable(at: 10 + Int64($0)) }
        try Self.append(log, [TestBatches.batch(["a"], timestamp: 3), batches])
        #expect(try Self.newest(log) == (isFound ? [0, 3] : []))
        try log.close()
    }
}
