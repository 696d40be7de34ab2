import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Recovery")
struct RecoveryTests {
    private static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: ManualClock(),
            options: AppendAndReadTests.options)
    }

    @Test("What an opening shows was made durable by it, also what was only written before")
    func shownIsDurable() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try AppendAndReadTests.create(log)
        let frame = FrameContent.batches(FaultTests.partition, TestBatches.batch(["a"]))
        try log.append(frame, durability: .os)
        // The process is killed: the page cache outlives it.
        let afterKill = disk.copy()
        try log.close()
        let again = try Self.open(afterKill)
        #expect(try FaultTests.values(again) == ["a"])
        // Then the power fails.
        let afterPower = afterKill.crash(.unsyncedLost)
        try again.close()
        let last = try Self.open(afterPower)
        #expect(try FaultTests.values(last) == ["a"])
        try last.close()
    }

    @Test("A frame behind a torn one is cut with it, and never comes back behind a later frame")
    func tornGroup() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk)
        try AppendAndReadTests.create(log)
        // The writer waits in its answer to the first frame, so that the next three make one group.
        let isBlocked = Monitor(false)
        let mayGoOn = Monitor(false)
        func frame(_ letter: String) -> FrameContent {
            let value = letter + String(repeating: "-", count: 1_200)
            return .batches(FaultTests.partition, TestBatches.batch([value]))
        }
        try log.submit(frame("a")) { _ in
            isBlocked.withLock { $0 = true }
            isBlocked.notifyAll()
            _ = mayGoOn.wait { $0 ? true : nil }
        }
        _ = isBlocked.wait { $0 ? true : nil }
        disk.inject(.powerLoss, atNext: .synchronizeData)
        for letter in ["b", "c", "d"] { try log.submit(frame(letter)) { _ in } }
        mayGoOn.withLock { $0 = true }
        mayGoOn.notifyAll()
        try? log.close()
        var cuts = 0
        for seed in 0..<60 as Range<UInt64> {
            let found = disk.crash(.unsyncedMixed(seed: seed))
            var again = try Self.open(found)
            #expect(again.recovery.damage.isEmpty)
            cuts += again.recovery.bytesCut > 0 ? 1 : 0
            var values = try FaultTests.values(again).map { $0.prefix(1) }
            #expect(["a", "ab", "abc", "abcd"].contains(values.joined()), "seed \(seed)")
            try again.append(frame("e"))
            values.append("e")
            // Not closed: closing would write a frame of its own over the one to be looked for.
            let after = found.crash(.unsyncedKept)
            try again.close()
            again = try Self.open(after)
            #expect(try FaultTests.values(again).map { $0.prefix(1) } == values, "seed \(seed)")
            try again.close()
        }
        #expect(cuts > 10)
        print("torn groups: 60 crashes, \(cuts) cut")
    }

    @Test("A directory copied while the log is written opens, with what was acknowledged before")
    func liveCopy() throws {
        let disk = SimulatedFileSystem()
        let log = try FaultTests.open(disk)
        try AppendAndReadTests.create(log)
        for number in 0..<40 {
            try log.append(.batches(FaultTests.partition, TestBatches.batch(["\(number)"])))
            if number % 15 == 14 { try log.sealNow() }
            let copy = try FaultTests.open(disk.copy())
            #expect(try FaultTests.values(copy).count == number + 1)
            try copy.close()
        }
        try log.close()
    }
}
