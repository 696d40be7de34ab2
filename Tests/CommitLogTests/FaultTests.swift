import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Disks that fail")
struct FaultTests {
    static let partition = PartitionID(rawValue: 0)

    static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        try CommitLog.open(
            directory: CrashScript.directory, fileSystem: disk, clock: ManualClock(),
            options: CrashScript.options)
    }

    static func logWithRecords(_ disk: SimulatedFileSystem, _ values: [String]) throws -> CommitLog
    {
        let log = try open(disk)
        try AppendAndReadTests.create(log)
        for value in values { try log.append(.batches(partition, TestBatches.batch([value]))) }
        return log
    }

    static func values(_ log: CommitLog) throws -> [String] {
        try TestBatches.records(of: partition, in: log).map(\.value)
    }

    @Test("A failed fsync poisons the log: later appends are refused, reads go on")
    func failedFsync() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.logWithRecords(disk, ["a", "b"])
        disk.inject(.fail(.ioError), atNext: .synchronizeData)
        #expect(throws: AppendError.self) {
            try log.append(.batches(Self.partition, TestBatches.batch(["lost"])))
        }
        let before = disk.callCount(of: .synchronizeData)
        do {
            try log.append(.batches(Self.partition, TestBatches.batch(["refused"])))
            Issue.record("a poisoned log took a frame")
        } catch {
            guard case .poisoned(let cause) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(cause.errno == .ioError)
            #expect(error.description.contains("until it is opened again"))
        }
        #expect(disk.callCount(of: .synchronizeData) == before, "fsync must not be repeated")
        #expect(try Self.values(log) == ["a", "b"])
        #expect(throws: AppendError.self) { try log.close() }
        // What the kernel dropped is gone; what was acknowledged is there.
        let again = try Self.open(disk.crash(.unsyncedKept))
        #expect(try Self.values(again).starts(with: ["a", "b"]))
        try again.close()
    }

    @Test(
        "A write that fails for want of space is refused, leaves nothing, and succeeds later",
        arguments: [Errno.noSpace, .diskQuotaExceeded])
    func noSpaceForWrite(errno: Errno) throws {
        let disk = SimulatedFileSystem()
        let log = try Self.logWithRecords(disk, ["a"])
        disk.inject(.short(bytes: 70), atNext: .write)
        disk.inject(.fail(errno), atNext: .write)
        do {
            try log.append(
                FrameContent([
                    .batches(Self.partition, TestBatches.batch(["refused"])),
                    .put(table: 1, key: [1], value: [1]),
                ]))
            Issue.record("a full disk took a frame")
        } catch {
            guard case .noSpace = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.retry == .afterBackoff && error.domain == .external)
        }
        #expect(try Self.values(log) == ["a"])
        let receipt = try log.append(.batches(Self.partition, TestBatches.batch(["b"])))
        #expect(receipt.baseOffsets == [RecordOffset(rawValue: 1)])
        #expect(try Self.values(log) == ["a", "b"])
        let again = try Self.open(disk.crash(.unsyncedLost))
        #expect(again.recovery.damage.isEmpty)
        #expect(try Self.values(again) == ["a", "b"])
        #expect(again.value(table: 1, key: [1]) == nil)
        try again.close()
        try log.close()
    }

    @Test("Frames of a refused group that reached the file whole are never found by a recovery")
    func noGhosts() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.logWithRecords(disk, [])
        // The writer waits in its answer to the first frame, so that the next three make one group.
        let isBlocked = Monitor(false)
        let mayGoOn = Monitor(false)
        try log.submit(.batches(Self.partition, TestBatches.batch(["a"]))) { _ in
            isBlocked.withLock { $0 = true }
            isBlocked.notifyAll()
            _ = mayGoOn.wait { $0 ? true : nil }
        }
        _ = isBlocked.wait { $0 ? true : nil }
        let refused = Monitor(0)
        var stride = 0
        for value in ["b", "c", "d"] {
            let frame = FrameContent.batches(Self.partition, TestBatches.batch([value]))
            stride = try EncodedFrame(frame, verifiesBatches: true).stride
            try log.submit(frame) { result in
                if case .failure(.noSpace) = result { refused.withLock { $0 += 1 } }
                refused.notifyAll()
            }
        }
        disk.inject(.short(bytes: 2 * stride), atNext: .write)
        disk.inject(.fail(.noSpace), atNext: .write)
        mayGoOn.withLock { $0 = true }
        mayGoOn.notifyAll()
        _ = refused.wait { $0 == 3 ? true : nil }
        // As long as the refused "b": what was "c" would follow it without a gap.
        try log.append(.batches(Self.partition, TestBatches.batch(["e"])))
        for outcome in [CrashOutcome.unsyncedLost, .unsyncedKept] {
            let again = try Self.open(disk.crash(outcome))
            #expect(try Self.values(again) == ["a", "e"], "\(outcome)")
            try again.close()
        }
        try log.close()
    }

    @Test("On a disk that fills up, reads go on and writing resumes when there is space")
    func fullDisk() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.logWithRecords(disk, ["a"])
        disk.setCapacity(2_500)
        var accepted = ["a"]
        var refusals = 0
        for number in 0..<60 {
            let value = "\(number) " + String(repeating: "y", count: 60)
            do {
                try log.append(.batches(Self.partition, TestBatches.batch([value])))
                accepted.append(value)
            } catch {
                guard case .noSpace = error else {
                    Issue.record("\(error)")
                    continue
                }
                refusals += 1
                if refusals == 5 { disk.setCapacity(50_000) }
            }
        }
        #expect(refusals == 5)
        #expect(try Self.values(log) == accepted)
        try log.sealNow()
        #expect(try Self.values(log) == accepted)
        let again = try Self.open(disk.crash(.unsyncedLost))
        #expect(try Self.values(again) == accepted)
        try again.close()
        try log.close()
    }

    @Test(
        "Any call of the script may fail with any error: nothing acknowledged is lost",
        arguments: [Errno.ioError, .noSpace, .tooManyOpenFiles, .readOnlyFileSystem])
    func everyCallFails(errno: Errno) throws {
        var script = CrashScript.complete
        let whole = SimulatedFileSystem()
        script.run(on: whole)
        var cases = 0
        for call in stride(from: 1, through: whole.callCount, by: 3) {
            let disk = SimulatedFileSystem()
            disk.inject(.fail(errno), atCall: call)
            script.run(on: disk)
            cases += 1
            let outcome = CrashOutcome.unsyncedMixed(seed: UInt64(call))
            let problem = script.problem(of: disk.crash(outcome), goesOn: false)
            #expect(problem == nil, "\(errno) in call \(call): \(disk.callLog[call - 1])")
        }
        print("every call fails with \(errno): \(cases) cases")
    }

    @Test("A second log on the same directory is refused, and says who holds it")
    func secondProcess() throws {
        let disk = SimulatedFileSystem()
        let log = try Self.logWithRecords(disk, [])
        do {
            _ = try Self.open(disk)
            Issue.record("the directory was opened twice")
        } catch {
            #expect("\(error)".contains("/data is in use by process"))
        }
        try log.close()
        try Self.open(disk).close()
    }

    @Test("A directory of somebody else, or of another format, is refused and left alone")
    func foreignDirectory() throws {
        let disk = SimulatedFileSystem()
        try disk.createDirectory("/data")
        try disk.open("/data/letters.txt", .create).close()
        #expect(throws: OpenError.self) { _ = try Self.open(disk) }
        #expect(try disk.list("/data") == ["LOCK", "letters.txt"])
        try disk.remove("/data/letters.txt")
        try Self.open(disk).close()
        let text = Array("sluice data directory, format 9\n".utf8)
        try disk.open("/data/FORMAT", .replace).write(text.rawSpan)
        do {
            _ = try Self.open(disk)
            Issue.record("another format was opened")
        } catch {
            #expect("\(error)".contains("format 9"))
        }
    }

    @Test("A missing segment is named; the rest of the partition is read")
    func missingSegment() throws {
        let disk = SimulatedFileSystem()
        let long = String(repeating: "z", count: 400)
        var log = try Self.logWithRecords(disk, (0..<6).map { "\($0)" + long })
        try log.sealNow()
        let segments = log.partitions()[0]
        try log.append(.batches(Self.partition, TestBatches.batch(["tail"])))
        try log.close()
        let files = try LogInspector(directory: "/data", fileSystem: disk).segmentFiles()
        #expect(!files.isEmpty && segments.sealedEnd == RecordOffset(rawValue: 6))
        try disk.remove(files[0])
        log = try Self.open(disk)
        do {
            _ = try TestBatches.records(of: Self.partition, in: log)
            Issue.record("a missing segment was read")
        } catch let error as ReadError {
            guard case .damaged(let damage, let next) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(damage.kind == .missing && damage.topic == "orders")
            #expect(damage.file == files[0])
            let rest = try TestBatches.records(of: Self.partition, in: log, from: next.rawValue)
            #expect(rest.last?.value == "tail")
        }
        try log.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.damage.contains { $0.kind == .missing })
    }
}
