import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

/// Batches as clients compress them, which the log has to open for what it does with them.
@Suite("Batches of every codec")
struct CompressedBatchTests {
    private static let partition = FaultTests.partition
    private static let compressions: [BatchWriter.Compression] = [
        .gzip(level: 6), .snappy, .lz4(level: 1), .zstd(level: 3),
    ]

    private static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        let log = try RetentionTests.open(disk, ManualClock()) { $0.blockByteCount = 64 << 10 }
        try RetentionTests.create(log) { $0.cleanup = .compact }
        return log
    }

    private static func codecs(_ log: CommitLog) throws -> [CompressionCodec?] {
        var codecs: [CompressionCodec?] = []
        var next = RecordOffset.zero
        while let end = log.bounds(partition)?.end, next < end {
            var bytes: [UInt8] = []
            let read = try log.read(partition, from: next, maximumBytes: 1 << 20, into: &bytes)
            for range in read.batches {
                let batch = bytes.rawSpan.slice(range.lowerBound, count: range.count)
                codecs.append(try BatchHeader(parsing: batch).attributes.codec)
            }
            next = read.nextOffset
        }
        return codecs
    }

    /// Ten batches of twenty records with five keys, times ascending by batch from 0 in thousands.
    private static func fill(_ log: CommitLog, _ compression: BatchWriter.Compression) throws {
        for batch in 0..<10 {
            let records = (0..<20).map { (key: "k\($0 % 5)", value: "value \(batch) \($0)") }
            try log.append(
                .batches(
                    partition,
                    TestBatches.batch(
                        records, timestamp: Int64(batch) * 1_000, compression: compression)))
        }
    }

    private static func firstAtOrAfter(_ log: CommitLog, _ times: [Int64]) throws -> [Int64?] {
        try times.map { try log.offset(partition, atOrAfter: $0)?.rawValue }
    }

    @Test("They are found by time, sealed together, and compacted", arguments: compressions)
    func small(_ compression: BatchWriter.Compression) throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try Self.fill(log, compression)
        let before = try CompactionTests.records(log)
        #expect(before.count == 200 && before[41] == "41=k1:value 2 1")
        #expect(try Self.codecs(log) == Array(repeating: compression.codec, count: 10))
        let times: [Int64] = [-5, 0, 1, 3_000, 8_999, 9_000, 9_001]
        let offsets: [Int64?] = [0, 0, 20, 60, 180, 180, nil]
        #expect(try Self.firstAtOrAfter(log, times) == offsets)

        try log.sealNow()
        let codecs = try Self.codecs(log)
        // One block for each commit-log file that they took.
        #expect(codecs.count <= 2 && Set(codecs) == [.zstd], "small batches are packed together")
        #expect(try CompactionTests.records(log) == before)
        #expect(try Self.firstAtOrAfter(log, times) == offsets)

        try log.compactNow([Self.partition])
        #expect(
            try CompactionTests.records(log)
                == (0..<5).map { "\(195 + $0)=k\($0):value 9 \(15 + $0)" })
        #expect(log.statistics.untouchedBatches == 0)
        #expect(try Self.firstAtOrAfter(log, [0, 9_000, 9_001]) == [195, 195, nil])
        try log.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole && report.notes.isEmpty, "\(report.damage) \(report.notes)")
    }

    @Test(
        "A large one is sealed as its client compressed it, and still found by time and compacted",
        arguments: compressions)
    func large(_ compression: BatchWriter.Compression) throws {
        let log = try Self.open(SimulatedFileSystem())
        var random: UInt64 = 7
        let values = (0..<20).map { _ in
            String(
                decoding: (0..<6_000).map { _ -> UInt8 in
                    random = random &* 6_364_136_223_846_793_005 &+ 1
                    return 0x21 + UInt8(random >> 58)
                }, as: UTF8.self)
        }
        for batch in 0..<2 {
            let records = values.enumerated().map { (key: "k\($0)", value: "\(batch)" + $1) }
            try log.append(
                .batches(
                    Self.partition,
                    TestBatches.batch(
                        records, timestamp: Int64(batch) * 1_000, compression: compression)))
        }
        try log.sealNow()
        #expect(try Self.codecs(log) == [compression.codec, compression.codec])
        #expect(try Self.firstAtOrAfter(log, [0, 1, 1_001]) == [0, 20, nil])
        try log.compactNow([Self.partition])
        let rest = try TestBatches.records(of: Self.partition, in: log)
        #expect(rest.map(\.offset) == Array(20..<40))
        #expect(rest.map(\.value) == values.map { "1" + $0 })
        try log.close()
    }
}
