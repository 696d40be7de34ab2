import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Sealing what its topic does not let wait")
struct EarlySealingTests {
    private static let partition = FaultTests.partition
    private static let other = PartitionID(rawValue: 1)
    private static let interval = LogLimits.earlySealingInterval

    // MARK: The decision

    private static func waiting(
        _ id: UInt32 = 0, first: Int64 = 0, bytes: Int64 = 100, milliseconds: Int64? = nil,
        byteCountMax: Int64? = nil
    ) -> EarlySealing.Waiting {
        EarlySealing.Waiting(
            id: PartitionID(rawValue: id), first: first, byteCount: bytes,
            millisecondsMax: milliseconds, byteCountMax: byteCountMax)
    }

    @Test("A partition is due when it has as many bytes, or has waited as long, as its bound says")
    func bounds() {
        for (bytes, isDue) in [(99, false), (100, true), (101, true)] as [(Int64, Bool)] {
            var sealing = EarlySealing()
            let due = sealing.due(
                [Self.waiting(bytes: bytes, byteCountMax: 100)], now: .init(nanoseconds: 0))
            #expect(!due.isEmpty == isDue, "\(bytes) bytes")
        }
        for (wait, isDue) in [(499, false), (500, true), (501, true)] as [(Int64, Bool)] {
            var sealing = EarlySealing()
            let partition = Self.waiting(milliseconds: 500)
            let start = MonotonicInstant(nanoseconds: 7)
            #expect(sealing.due([partition], now: start).isEmpty)
            let due = sealing.due([partition], now: start.advanced(by: .milliseconds(wait)))
            #expect(!due.isEmpty == isDue, "\(wait) ms")
        }
    }

    @Test("Time begins anew with another first batch, and for a partition that waited for nothing")
    func time() {
        var sealing = EarlySealing()
        func due(_ milliseconds: Int64, _ waiting: EarlySealing.Waiting?) -> Int {
            sealing.due(
                waiting.map { [$0] } ?? [], now: .init(nanoseconds: milliseconds * 1_000_000)
            ).count
        }
        #expect(due(0, Self.waiting(milliseconds: 500)) == 0)
        #expect(due(499, Self.waiting(first: 8, milliseconds: 500)) == 0)
        #expect(due(998, Self.waiting(first: 8, milliseconds: 500)) == 0)
        #expect(due(999, Self.waiting(first: 8, milliseconds: 500)) == 1)
        #expect(due(1_000, nil) == 0)
        #expect(due(1_001, Self.waiting(first: 8, milliseconds: 500)) == 0)
        #expect(due(1_501, Self.waiting(first: 8, milliseconds: 500)) == 1)
    }

    @Test("Sealings keep their distance: the least, nine times what one took, or a failure's pause")
    func distance() {
        let second = MonotonicInstant(nanoseconds: 1_000_000_000)
        for (took, pause, rest) in [
            (.zero, nil, Self.interval), (.milliseconds(500), nil, Self.interval),
            (.seconds(2), nil, .seconds(18)), (.seconds(2), .seconds(60), .seconds(60)),
            (.zero, .zero, Self.interval), (.seconds(10), .seconds(60), .seconds(90)),
        ] as [(Duration, Duration?, Duration)] {
            var sealing = EarlySealing()
            let partition = Self.waiting(byteCountMax: 1)
            #expect(sealing.due([partition], now: second).count == 1)
            let end = second.advanced(by: took)
            sealing.performed(from: second, to: end, pause: pause)
            let next = end.advanced(by: rest)
            #expect(sealing.due([partition], now: next.advanced(by: .nanoseconds(-1))).isEmpty)
            #expect(sealing.due([partition], now: next).count == 1, "\(took), \(rest)")
        }
    }

    // MARK: The log

    private static func open(
        _ disk: SimulatedFileSystem, _ clock: ManualClock,
        fileByteCount: Int64 = 1 << 20
    ) throws -> CommitLog {
        try RetentionTests.open(disk, clock) { $0.commitFileByteCount = fileByteCount }
    }

    private static func sealedEnd(_ log: CommitLog, _ id: PartitionID = partition) -> Int64? {
        log.partitions().first { $0.id == id }?.sealedEnd.rawValue
    }

    @Test("What waits too long is sealed out of the active file, other partitions are left alone")
    func age() throws {
        let (disk, clock) = (SimulatedFileSystem(), ManualClock())
        var log = try Self.open(disk, clock)
        try RetentionTests.create(log, 0) { $0.segmentMilliseconds = 3_000 }
        try RetentionTests.create(log, 1) { _ in }
        for id in 0..<2 as Range<UInt32> { try RetentionTests.append(log, "a\(id)", at: 1, to: id) }
        try log.driver.maintenance.sealWaiting()
        clock.advance(by: .milliseconds(2_999))
        try log.driver.maintenance.sealWaiting()
        #expect(Self.sealedEnd(log) == 0)
        #expect(log.statistics.checkpoints == 0, "a look writes nothing")
        clock.advance(by: .milliseconds(1))
        try log.driver.maintenance.sealWaiting()
        #expect(Self.sealedEnd(log) == 1)
        #expect(Self.sealedEnd(log, Self.other) == 0)
        #expect(log.driver.shared.withState { $0.files.count } == 1, "no file was begun for it")
        for id in 0..<2 as Range<UInt32> { try RetentionTests.append(log, "b\(id)", at: 2, to: id) }
        #expect(try RetentionTests.values(log, 0) == ["a0", "b0"])
        try log.close()
        log = try Self.open(disk.crash(.unsyncedLost), clock)
        #expect(log.recovery.damage.isEmpty)
        #expect(Self.sealedEnd(log) == 1)
        for id in 0..<2 as Range<UInt32> {
            #expect(try RetentionTests.values(log, id) == ["a\(id)", "b\(id)"])
        }
        try log.sealNow()
        #expect(try RetentionTests.values(log, 0) == ["a0", "b0"])
        try log.close()
    }

    @Test("Bytes bound what waits, if the bound is below a commit-log file's length")
    func bytes() throws {
        for (most, isSealed) in [(200, true), (2_000, false), (4_000, false)] as [(Int64, Bool)] {
            let log = try Self.open(SimulatedFileSystem(), ManualClock(), fileByteCount: 4_000)
            try RetentionTests.create(log) { $0.segmentByteCount = most }
            for number in 0..<8 { try RetentionTests.append(log, "\(number)", at: 1) }
            let waiting = log.driver.shared.withState {
                $0.partitions[Self.partition]?.recent.byteCount
            }
            try log.driver.maintenance.sealWaiting()
            #expect((Self.sealedEnd(log) == 8) == isSealed, "\(most), \(waiting ?? 0) wait")
            try log.close()
        }
    }

    @Test("Records to be compacted in time are sealed in time, and compacted; others need not be")
    func compactionLag() throws {
        for compacts in [true, false] {
            let clock = ManualClock()
            let log = try Self.open(clock: clock)
            try RetentionTests.create(log) {
                $0.cleanup = compacts ? .compact : .delete
                $0.compactionLagMaxMilliseconds = 100
            }
            let records: [(key: String?, value: String?)] = [("a", "1"), ("a", "2")]
            try log.append(
                .batches(
                    Self.partition, TestBatches.batch(records, timestamp: clock.wallMilliseconds)))
            try log.driver.maintenance.sealWaiting()
            clock.advance(by: .milliseconds(101))
            try log.driver.maintenance.sealWaiting()
            let found = try TestBatches.records(of: Self.partition, in: log).map(\.description)
            #expect(found == (compacts ? ["1=a:2"] : ["0=a:1", "1=a:2"]))
            try log.close()
        }
    }

    private static func open(clock: ManualClock) throws -> CommitLog {
        try open(SimulatedFileSystem(), clock)
    }

    @Test("However small the bounds, sealing keeps its distance; without them nothing is sealed")
    func floor() throws {
        let clock = ManualClock()
        let log = try Self.open(clock: clock)
        try RetentionTests.create(log) {
            $0.segmentMilliseconds = 1
            $0.segmentByteCount = 1
        }
        for number in 0..<300 {  // For 30 seconds.
            try RetentionTests.append(log, "\(number)", at: 1)
            try log.driver.maintenance.sealWaiting()
            clock.advance(by: .milliseconds(100))
        }
        #expect(log.statistics.checkpoints == 6 && log.statistics.earlySealings == 6)
        try log.append(FrameContent([.alterPartition(Self.partition, PartitionOptions())]))
        clock.advance(by: .seconds(60))
        try log.driver.maintenance.sealWaiting()
        #expect(log.statistics.checkpoints == 6)
        try log.close()
    }

    @Test("What waits for the end of a transaction is not tried in vain, and sealed when it ends")
    func openTransaction() throws {
        let clock = ManualClock()
        let log = try Self.open(clock: clock)
        try RetentionTests.create(log) { $0.segmentByteCount = 1 }
        func apply(_ changes: [LogModel.Change]) throws {
            try log.append(FrameContent(changes.map(\.entry)))
            for _ in 0..<3 {
                clock.advance(by: Self.interval)
                try log.driver.maintenance.sealWaiting()
            }
        }
        try apply([.records(0, ["a"]), .transaction(0, 1, ["b"]), .records(0, ["c"])])
        #expect(Self.sealedEnd(log) == 1)
        #expect(log.statistics.checkpoints == 1)
        try apply([.end(0, 1, .commit)])
        #expect(Self.sealedEnd(log) == 4)
        #expect(log.statistics.checkpoints == 2)
        #expect(
            try TestBatches.records(of: Self.partition, in: log).map(\.description)
                == ["0=a", "1=b", "2=c"])
        try log.close()
    }

    @Test("A failure pauses sealing, is noted, and loses nothing")
    func failure() throws {
        let (disk, clock) = (SimulatedFileSystem(), ManualClock())
        let log = try Self.open(disk, clock)
        try RetentionTests.create(log) { $0.segmentByteCount = 1 }
        try RetentionTests.append(log, "a", at: 1)
        disk.inject(.fail(.ioError), atCall: disk.callCount + 1)
        #expect(throws: MaintenanceError.self) { try log.driver.maintenance.sealWaiting() }
        #expect(log.statistics.maintenanceFailure != nil)
        clock.advance(by: log.driver.shared.options.cleaningInterval - .milliseconds(1))
        try log.driver.maintenance.sealWaiting()
        #expect(Self.sealedEnd(log) == 0)
        clock.advance(by: .milliseconds(1))
        try log.driver.maintenance.sealWaiting()
        #expect(Self.sealedEnd(log) == 1)
        #expect(try RetentionTests.values(log) == ["a"])
        try log.close()
    }

    /// Sealing what readers saw, durable or not, removed the segment of an earlier partition of the
    /// name, whose removal a power failure then undid.
    @Test("A partition whose removal is not durable loses nothing to one of its name")
    func removalUndone() throws {
        var call = 0
        while true {
            let (disk, clock) = (SimulatedFileSystem(), ManualClock())
            let log = try Self.open(disk, clock)
            try RetentionTests.create(log) { _ in }
            try RetentionTests.append(log, "old", at: 1)
            try log.sealNow()
            var options = PartitionOptions()
            options.segmentByteCount = 1
            try log.append(
                FrameContent([
                    .removePartition(Self.partition),
                    .createPartition(Self.other, topic: "orders", index: 0, options: options),
                    .batches(Self.other, TestBatches.batch(["new"])),
                ]), durability: .os)
            call += 1
            disk.inject(.powerLoss, atCall: disk.callCount + call)
            let isWhole = (try? log.driver.maintenance.sealWaiting()) != nil
            try? log.close()
            let found = try Self.open(disk.crash(.unsyncedLost), clock)
            #expect(found.recovery.damage.isEmpty, "call \(call)")
            let id = try #require(found.partitions().first?.id)
            let values = try RetentionTests.values(found, id.rawValue)
            #expect(values == [id == Self.partition ? "old" : "new"], "call \(call)")
            try found.close()
            if isWhole { break }
        }
        #expect(call > 5)
    }

    @Test("The background thread hears of a bound at once", .timeLimit(.minutes(1)))
    func background() throws {
        let log = try RetentionTests.open(SimulatedFileSystem(), ManualClock()) {
            $0.commitFileByteCount = 1 << 20
            $0.sealsInBackground = true
        }
        try RetentionTests.create(log) { _ in }
        try RetentionTests.append(log, "a", at: 1)
        var options = PartitionOptions()
        options.segmentByteCount = 1
        try log.append(FrameContent([.alterPartition(Self.partition, options)]))
        while Self.sealedEnd(log) == 0 { try log.checkpoint() }
        #expect(Self.sealedEnd(log) == 1)
        #expect(try RetentionTests.values(log) == ["a"])
        try log.close()
    }
}
