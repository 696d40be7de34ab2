import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Key compaction")
struct CompactionTests {
    static let partition = FaultTests.partition

    static func append(
        _ log: CommitLog, _ records: [(key: String?, value: String?)], at time: Int64 = 1_000
    ) throws {
        try log.append(.batches(partition, TestBatches.batch(records, timestamp: time)))
    }

    static func records(_ log: CommitLog) throws -> [String] {
        try TestBatches.records(of: partition, in: log, maximumBytes: 300).map(\.description)
    }

    private static func checksum(_ batch: [UInt8]) -> UInt32 {
        let start = BatchHeader.At.attributes
        return CRC32C.checksum(batch.rawSpan.slice(start, count: batch.count - start))
    }

    private static func create(
        _ log: CommitLog, _ change: (inout PartitionOptions) -> Void = { _ in }
    )
        throws
    {
        try RetentionTests.create(log) {
            $0.cleanup = .compact
            change(&$0)
        }
    }

    @Test(
        "The newest record of each key stays, in order, with its offset; opening again changes nothing"
    )
    func newest() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        var log = try RetentionTests.open(disk, clock)
        try Self.create(log)
        try Self.append(log, [("a", "1"), ("b", "1"), ("a", "2")])
        try Self.append(log, [("c", "1"), ("b", "2"), (nil, "keyless"), ("c", "2")])
        try log.compactNow([Self.partition])
        let expected = ["2=a:2", "4=b:2", "5=keyless", "6=c:2"]
        #expect(try Self.records(log) == expected)
        let statistics = log.statistics
        #expect(statistics.removed[.superseded]?.records == 3)
        #expect(statistics.keylessRecords == 1)
        #expect(statistics.compactions == 1)
        try Self.append(log, [("a", "3"), ("d", "1")])
        #expect(try Self.records(log) == expected + ["7=a:3", "8=d:1"])
        try log.compactNow([Self.partition])
        #expect(try Self.records(log) == ["4=b:2", "5=keyless", "6=c:2", "7=a:3", "8=d:1"])
        #expect(log.bounds(Self.partition)?.start == .zero, "compaction moves no bound")
        try log.close()
        log = try RetentionTests.open(disk.crash(.unsyncedLost), clock)
        #expect(try Self.records(log) == ["4=b:2", "5=keyless", "6=c:2", "7=a:3", "8=d:1"])
        #expect(try Self.records(log).count == 5)
        try log.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole && report.notes.isEmpty, "\(report.damage) \(report.notes)")
    }

    @Test("A tombstone removes its key at once, and goes itself after its time, counted from then")
    func tombstones() throws {
        let clock = ManualClock()
        let log = try RetentionTests.open(SimulatedFileSystem(), clock)
        try Self.create(log) { $0.deleteRetentionMilliseconds = 60_000 }
        try Self.append(log, [("a", "1"), ("b", "1"), ("a", nil)])
        try log.compactNow([Self.partition])
        #expect(try Self.records(log) == ["1=b:1", "2=a:(gone)"])
        clock.advance(by: .milliseconds(59_999))
        try log.driver.maintenance.perform(.clean)
        #expect(log.statistics.compactions == 1, "nothing is due")
        clock.advance(by: .milliseconds(1))
        try log.driver.maintenance.perform(.clean)
        #expect(try Self.records(log) == ["1=b:1"])
        #expect(log.statistics.removed[.tombstone]?.records == 1)
        #expect(log.bounds(Self.partition)?.end == RecordOffset(rawValue: 3))
        let receipt = try log.append(.batches(Self.partition, TestBatches.batch(["z"])))
        #expect(receipt.baseOffsets == [RecordOffset(rawValue: 3)])
        try log.close()
    }

    @Test("A partition whose records are all gone keeps its end, also after opening again")
    func allGone() throws {
        let clock = ManualClock()
        let disk = SimulatedFileSystem()
        var log = try RetentionTests.open(disk, clock)
        try Self.create(log) { $0.deleteRetentionMilliseconds = 0 }
        try Self.append(log, [("a", "1"), ("a", nil)])
        try log.compactNow([Self.partition])
        try log.driver.maintenance.perform(.clean)
        #expect(try Self.records(log).isEmpty)
        try log.close()
        log = try RetentionTests.open(disk, clock)
        #expect(log.recovery.damage.isEmpty)
        #expect(try Self.records(log).isEmpty)
        try Self.append(log, [("b", "1")])
        #expect(try Self.records(log) == ["2=b:1"])
        try log.sealNow()
        #expect(try Self.records(log) == ["2=b:1"])
        try log.close()
    }

    @Test("The horizon is in the batch, as KIP-534 has it, and records keep their times")
    func horizon() throws {
        let clock = ManualClock()
        let log = try RetentionTests.open(SimulatedFileSystem(), clock)
        try Self.create(log) { $0.deleteRetentionMilliseconds = 7_000 }
        try Self.append(log, [("a", "1"), ("b", nil), ("c", "1")], at: 5_000)
        try log.compactNow([Self.partition])
        var horizons: [Int64?] = []
        var times: [Int64] = []
        var next = RecordOffset.zero
        while next.rawValue < 3 {
            var bytes: [UInt8] = []
            let result = try log.read(Self.partition, from: next, maximumBytes: 1, into: &bytes)
            var buffer = RecordBuffer()
            let header = try BatchReader().read(bytes.rawSpan, into: &buffer)
            horizons.append(header.deleteHorizon)
            times += buffer.rows.map(\.timestamp)
            next = result.nextOffset
        }
        #expect(horizons.compactMap { $0 } == [clock.wallMilliseconds + 7_000])
        #expect(times == [5_000, 5_000, 5_000])
        try log.close()
    }

    @Test("Records younger than the lag stay out; those older than the greatest lag come in")
    func lags() throws {
        let clock = ManualClock()
        let log = try RetentionTests.open(SimulatedFileSystem(), clock)
        try Self.create(log) {
            $0.compactionLagMinMilliseconds = 10_000
            $0.dirtyRatioMin = 1
            $0.compactionLagMaxMilliseconds = 60_000
        }
        let now = clock.wallMilliseconds
        // Two of them fill a block.
        let long = String(repeating: "x", count: 80)
        try Self.append(log, [("a", "1" + long), ("a", "2" + long)], at: now - 10_001)
        try Self.append(log, [("a", "3")], at: now - 9_999)
        try log.compactNow([Self.partition])
        // What is too young supersedes nothing yet.
        #expect(try Self.records(log) == ["1=a:2" + long, "2=a:3"])
        clock.advance(by: .seconds(20))
        try log.driver.maintenance.perform(.clean)
        #expect(try Self.records(log).count == 2, "not dirty enough, not old enough")
        clock.advance(by: .seconds(40))
        try log.driver.maintenance.perform(.clean)
        #expect(try Self.records(log) == ["2=a:3"])
        try log.close()
    }

    @Test("Compaction waits until enough is dirty, and leaves topics alone that do not compact")
    func ratio() throws {
        let log = try RetentionTests.open(SimulatedFileSystem(), ManualClock())
        try Self.create(log) { $0.dirtyRatioMin = 0.6 }
        try RetentionTests.create(log, 1) { _ in }
        for round in 0..<6 {
            let records = (0..<8).map { ("k\($0)" as String?, "\(round)" as String?) }
            try Self.append(log, records)
            try log.append(
                .batches(PartitionID(rawValue: 1), TestBatches.batch(records)))
        }
        try log.sealNow()
        try log.driver.maintenance.perform(.clean)
        #expect(log.statistics.compactions == 1)
        #expect(try Self.records(log).count == 8)
        try Self.append(log, [("k0", "new")])
        try log.sealNow()
        try log.driver.maintenance.perform(.clean)
        #expect(log.statistics.compactions == 1, "one new record is not worth it")
        try log.compactNow([Self.partition, PartitionID(rawValue: 1)])
        #expect(log.statistics.compactions == 2)
        #expect(try TestBatches.records(of: PartitionID(rawValue: 1), in: log).count == 48)
        try log.close()
    }

    @Test("More keys than the memory holds take several passes, with the same result")
    func severalPasses() throws {
        let log = try RetentionTests.open(SimulatedFileSystem(), ManualClock()) {
            $0.keyMapByteCountMax = 8 * 24
        }
        try Self.create(log)
        var newest: [String: Int64] = [:]
        for round in 0..<3 {
            for number in 0..<20 {
                let key = "key \(number)"
                newest[key] = Int64(round * 20 + number)
                try Self.append(log, [(key, "\(round)")])
            }
        }
        try log.compactNow([Self.partition])
        #expect(log.statistics.compactions > 5)
        let found = try TestBatches.records(of: Self.partition, in: log)
        #expect(found.map(\.offset) == newest.values.sorted())
        #expect(found.allSatisfy { newest[$0.key ?? ""] == $0.offset })
        try log.close()
    }

    @Test("The map of keys holds what fits into its bytes, and says so beyond")
    func keyMap() {
        var map = KeyMap(byteCountMax: 3 * 24 * 1_024)
        var count = 0
        while map.insert(Array("key \(count)".utf8).rawSpan, offset: Int64(count)) { count += 1 }
        #expect(count == 768 || count == 1_536, "three quarters of the slots: \(count)")
        for number in 0..<count {
            #expect(map.offset(of: Array("key \(number)".utf8).rawSpan) == Int64(number))
        }
        #expect(map.offset(of: Array("other".utf8).rawSpan) == nil)
        let isKnownTaken = map.insert(Array("key 0".utf8).rawSpan, offset: 99_999)
        #expect(isKnownTaken, "a known key needs no room")
        #expect(map.offset(of: Array("key 0".utf8).rawSpan) == 99_999)
    }

    @Test(
        "A full disk in the middle of a compaction leaves everything as it was, and no file behind")
    func fullDisk() throws {
        var cases = 0
        for call in 1..<200 {
            let disk = SimulatedFileSystem()
            let log = try RetentionTests.open(disk, ManualClock())
            try Self.create(log)
            for round in 0..<6 {
                try Self.append(
                    log, [("a", "\(round)"), ("b\(round)", String(repeating: "b", count: 99))])
            }
            try log.sealNow()
            let before = try Self.records(log)
            let files = try disk.list("/data/topics/orders/0")
            let first = disk.callCount
            disk.inject(.fail(.noSpace), atCall: first + call)
            let failed = (try? log.driver.maintenance.perform(.compact([Self.partition]))) == nil
            if disk.callCount < first + call {
                try log.close()
                break
            }
            cases += failed ? 1 : 0
            disk.removeFaults()
            let now = try Self.records(log)
            #expect(now == before || log.statistics.compactions == 1, "call \(call)")
            if log.statistics.compactions == 0 {
                #expect(try disk.list("/data/topics/orders/0") == files, "call \(call)")
            }
            try log.compactNow([Self.partition])
            #expect(try Self.records(log).count == 7, "call \(call)")
            try log.close()
        }
        #expect(cases > 10)
    }

    @Test("Batches whose records do not decompress stay, and tombstones behind them stay too")
    func unreadable() throws {
        let clock = ManualClock()
        let log = try RetentionTests.open(SimulatedFileSystem(), clock)
        try Self.create(log) { $0.deleteRetentionMilliseconds = 0 }
        var batch = TestBatches.batch([("a", "of a client")])
        batch[BatchHeader.At.attributes + 1] |= UInt8(CompressionCodec.gzip.rawValue)
        let crc = Self.checksum(batch)
        batch.replace(at: BatchHeader.At.crc, bigEndian: crc)
        try log.append(.batches(Self.partition, batch))
        try Self.append(log, [("a", nil)])
        try log.compactNow([Self.partition])
        clock.advance(by: .seconds(1))
        try log.driver.maintenance.perform(.clean)
        try log.driver.maintenance.perform(.clean)
        var bytes: [UInt8] = []
        let read = try log.read(Self.partition, from: .zero, maximumBytes: 1 << 20, into: &bytes)
        let headers = try read.batches.map {
            try BatchHeader(parsing: bytes.rawSpan.slice($0.lowerBound, count: $0.count))
        }
        #expect(headers.map(\.baseOffset.rawValue) == [0, 1])
        #expect(headers.map(\.recordCount) == [1, 1])
        #expect(log.statistics.untouchedBatches >= 1)
        #expect(log.statistics.compactions == 2, "it is not tried again each time")
        try log.close()
    }
}
