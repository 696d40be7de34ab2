import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Retention")
struct RetentionTests {
    static let partition = FaultTests.partition
    static let day: Int64 = 24 * 60 * 60 * 1_000

    /// A log with one partition, on a clock that the test moves.
    static func open(
        _ disk: SimulatedFileSystem, _ clock: ManualClock,
        _ change: (inout LogOptions) -> Void = { _ in }
    ) throws -> CommitLog {
        var options = CrashScript.options
        change(&options)
        return try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: clock, options: options)
    }

    static func create(
        _ log: CommitLog, _ id: UInt32 = 0, _ change: (inout PartitionOptions) -> Void
    ) throws {
        var options = PartitionOptions()
        change(&options)
        try log.append(
            FrameContent([
                .createPartition(
                    PartitionID(rawValue: id), topic: "orders", index: Int32(id), options: options)
            ]))
    }

    /// Appends one batch of 100 bytes and more, at a time.
    static func append(_ log: CommitLog, _ value: String, at time: Int64, to id: UInt32 = 0) throws
    {
        let long = value + String(repeating: "x", count: 100)
        try log.append(
            .batches(PartitionID(rawValue: id), TestBatches.batch([long], timestamp: time)))
    }

    static func values(_ log: CommitLog, _ id: UInt32 = 0) throws -> [String] {
        try TestBatches.records(of: PartitionID(rawValue: id), in: log).map {
            String($0.value.prefix { $0 != "x" })
        }
    }

    @Test("Records go when they are older than their partition keeps them, sealed or not")
    func age() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        var log = try Self.open(disk, clock)
        try Self.create(log) { $0.retentionMilliseconds = 10 * Self.day }
        let now = clock.wallMilliseconds
        for age in stride(from: Int64(20), through: 6, by: -1) {
            try Self.append(log, "\(age)", at: now - age * Self.day)
            if age == 14 { try log.sealNow() }
        }
        try log.enforceRetention()
        #expect(try Self.values(log) == ["10", "9", "8", "7", "6"])
        #expect(log.statistics.removed[.age]?.records == 10)
        #expect(log.statistics.segmentBytesOnDisk == 0, "all sealed ones were old")
        #expect(try disk.list("/data/topics/orders/0").isEmpty)
        clock.advance(by: .seconds(2 * 24 * 60 * 60 + 1))
        try log.enforceRetention()
        #expect(try Self.values(log) == ["7", "6"])
        try log.close()
        log = try Self.open(disk.crash(.unsyncedLost), clock)
        #expect(try Self.values(log) == ["7", "6"], "what was removed does not come back")
        #expect(log.statistics.removed[.age]?.records == 13)
        try log.close()
    }

    @Test("A segment gives its old blocks up one by one, and its files when the last one is old")
    func blocks() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        let log = try Self.open(disk, clock) { $0.segmentByteCountMax = 100_000 }
        try Self.create(log) { _ in }
        let now = clock.wallMilliseconds
        for number in 0..<9 { try Self.append(log, "\(number)", at: now + Int64(number)) }
        try log.sealNow()
        var options = PartitionOptions()
        options.retentionMilliseconds = Self.day
        try log.append(FrameContent([.alterPartition(Self.partition, options)]))
        clock.advance(by: .seconds(24 * 60 * 60))
        clock.advance(by: .milliseconds(5))
        try log.enforceRetention()
        // Whole blocks go: of two that share one, the older stays with the younger.
        let kept = try Self.values(log)
        #expect(kept == ["5", "6", "7", "8"] || kept == ["4", "5", "6", "7", "8"])
        #expect(try disk.list("/data/topics/orders/0").count == 2)
        #expect(try log.offset(Self.partition, atOrAfter: 0) == log.bounds(Self.partition)?.start)
        clock.advance(by: .seconds(60))
        try log.enforceRetention()
        #expect(try Self.values(log).isEmpty)
        #expect(try disk.list("/data/topics/orders/0").isEmpty)
        try log.close()
    }

    @Test("Without a retention nothing is removed, however old; nor are records without a time")
    func forEver() throws {
        let clock = ManualClock()
        let log = try Self.open(SimulatedFileSystem(), clock)
        try Self.create(log) { _ in }
        try Self.create(log, 1) { $0.retentionMilliseconds = 1 }
        try Self.append(log, "a", at: 0)
        try Self.append(log, "b", at: -1, to: 1)
        try log.sealNow()
        clock.advance(by: .seconds(400 * 24 * 60 * 60))
        try log.enforceRetention()
        #expect(try Self.values(log) == ["a"])
        #expect(try Self.values(log, 1) == ["b"])
        try log.close()
    }

    @Test("A partition keeps at least its bytes, and gives up what is beyond them")
    func bytes() throws {
        for limit in [0, 1, 200, 1_000] as [Int64] {
            let log = try Self.open(SimulatedFileSystem(), ManualClock())
            try Self.create(log) { $0.retentionByteCount = limit }
            for number in 0..<20 {
                try Self.append(log, "\(number)", at: 1)
                if number % 8 == 7 { try log.sealNow() }
            }
            try log.enforceRetention()
            let found = try Self.values(log)
            var kept: Int64 = 0
            var bytes: [UInt8] = []
            if let bounds = log.bounds(Self.partition), bounds.start < bounds.end {
                var next = bounds.start
                while next < bounds.end {
                    next = try log.read(
                        Self.partition, from: next, maximumBytes: 1, into: &bytes
                    ).nextOffset
                }
                kept = Int64(bytes.count)
            }
            #expect(kept >= min(limit, 1), "\(limit): \(found)")
            #expect(kept <= limit + 400, "\(limit): \(kept) bytes")
            #expect(found == (20 - found.count..<20).map { "\($0)" })
            #expect(log.bounds(Self.partition)?.end == RecordOffset(rawValue: 20))
            try log.close()
        }
    }

    @Test("The whole log gives up its oldest segments first, of topics that delete")
    func total() throws {
        let log = try Self.open(SimulatedFileSystem(), ManualClock()) {
            $0.retentionByteCount = 1_500
        }
        try Self.create(log, 0) { _ in }
        try Self.create(log, 1) { _ in }
        try Self.create(log, 2) { $0.cleanup = .compact }
        for number in 0..<6 {
            for id in 0..<3 as Range<UInt32> {
                let time = Int64(id == 1 ? 100 : 1_000) + Int64(number)
                try Self.append(log, "\(number)", at: time, to: id)
            }
            try log.sealNow()
        }
        try log.enforceRetention()
        let statistics = log.statistics
        #expect(statistics.removed[.totalSize] != nil)
        #expect(try Self.values(log, 2).count == 6, "a topic that only compacts keeps all")
        let (young, old) = (try Self.values(log, 0), try Self.values(log, 1))
        #expect(old.count < young.count || old.isEmpty, "\(young), \(old)")
        try log.close()
    }

    @Test(
        "A jump of the wall clock removes nothing for an hour, and is counted; a true one does then"
    )
    func clockJump() throws {
        let clock = ManualClock()
        let log = try Self.open(SimulatedFileSystem(), clock)
        try Self.create(log) { $0.retentionMilliseconds = Self.day }
        try Self.append(log, "a", at: clock.wallMilliseconds)
        try log.enforceRetention()
        let right = clock.wallMilliseconds
        clock.stepWall(toMilliseconds: right + LogLimits.clockJumpMaxMilliseconds + 1)
        try log.enforceRetention()
        #expect(log.statistics.clockJumps == 1)
        clock.stepWall(toMilliseconds: right + 400 * Self.day)
        for _ in 0..<59 {
            clock.advance(by: .seconds(60))
            try log.enforceRetention()
            #expect(try Self.values(log) == ["a"])
        }
        #expect(log.statistics.clockJumps == 1)
        // Set right in time: as if nothing had been.
        clock.stepWall(toMilliseconds: right + 59 * 60_000)
        clock.advance(by: .seconds(120))
        try log.enforceRetention()
        #expect(try Self.values(log) == ["a"])
        // Again, and this time it stays.
        clock.stepWall(toMilliseconds: right + 2 * Self.day)
        try log.enforceRetention()
        clock.advance(by: .seconds(60 * 60))
        try log.enforceRetention()
        #expect(try Self.values(log).isEmpty)
        #expect(log.statistics.clockJumps == 2)
        try log.close()
    }

    @Test("A step of the wall clock up to its limit is believed at once")
    func smallStep() {
        for (step, isBelieved) in [(-1, true), (0, true), (1, false)] as [(Int64, Bool)] {
            let clock = ManualClock()
            var time = TrustedTime()
            _ = time.now(clock)
            let wall = clock.wallMilliseconds + LogLimits.clockJumpMaxMilliseconds + step
            clock.stepWall(toMilliseconds: wall)
            let now = time.now(clock)
            #expect((now == wall) == isBelieved)
            clock.stepWall(toMilliseconds: 5)
            #expect(time.now(clock) == 5, "a step back removes nothing, so it is believed")
        }
    }

    @Test("A segment is ended early when little is kept, so that its files can go")
    func earlyEnd() throws {
        let log = try Self.open(SimulatedFileSystem(), ManualClock()) {
            $0.segmentByteCountMax = 1 << 20
        }
        try Self.create(log, 0) { $0.retentionMilliseconds = 800 }
        try Self.create(log, 1) { $0.retentionByteCount = 1_600 }
        try Self.create(log, 2) { $0.segmentByteCount = 1 }
        try Self.create(log, 3) { _ in }
        for number in 0..<8 {
            for id in 0..<4 as Range<UInt32> {
                try Self.append(log, "\(number)", at: 1_000 + 100 * Int64(number), to: id)
            }
            try log.sealNow()
        }
        let counts = log.partitions().map { partition in
            log.driver.shared.withState { $0.partitions[partition.id]?.segments.count ?? 0 }
        }
        #expect(counts[0] == 4, "one eighth of 800 ms: two batches of 100 ms distance")
        #expect(counts[1] >= 4)
        #expect(counts[2] == 8)
        #expect(counts[3] == 1)
        try log.close()
    }

    @Test("A reader below the start is told where it is; one with a file that is gone finishes")
    func readers() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        let log = try Self.open(disk, clock)
        try Self.create(log) { $0.retentionMilliseconds = 1_000 }
        for number in 0..<4 { try Self.append(log, "\(number)", at: clock.wallMilliseconds) }
        try log.sealNow()
        let extent = log.driver.shared.withState { $0.partitions[Self.partition]?.segments[0] }
        let reader = try log.driver.segments.reader(
            try #require(extent), of: Self.partition, topic: "orders", index: 0)
        clock.advance(by: .seconds(5))
        try log.enforceRetention()
        #expect(try disk.list("/data/topics/orders/0").isEmpty)
        var bytes: [UInt8] = []
        let count = Int(reader.blocks[0].byteCount)
        try reader.file.read(into: &bytes, count: count, at: reader.blocks[0].position)
        #expect(bytes.count == count)
        let end = RecordOffset(rawValue: 4)
        #expect(throws: ReadError.offsetOutOfRange(.zero, start: end, end: end)) {
            try log.read(Self.partition, from: .zero, maximumBytes: 1, into: &bytes)
        }
        try log.close()
    }

    @Test("The active file is ended after an hour if retention or compaction waits for it")
    func activeFile() throws {
        for (isAwaited, change) in [
            (true, { $0.retentionMilliseconds = 1 << 40 }), (true, { $0.cleanup = .compact }),
            (false, { _ in }),
        ] as [(Bool, (inout PartitionOptions) -> Void)] {
            let clock = ManualClock()
            let log = try Self.open(SimulatedFileSystem(), clock)
            try Self.create(log, 0, change)
            try Self.append(log, "a", at: 1)
            let retention = Retention(shared: log.driver.shared, segments: log.driver.segments)
            #expect(!retention.isActiveFileOld())
            clock.advance(by: LogLimits.activeFileAgeMax - .milliseconds(1))
            #expect(!retention.isActiveFileOld())
            clock.advance(by: .milliseconds(1))
            #expect(retention.isActiveFileOld() == isAwaited)
            try log.close()
        }
    }
}
