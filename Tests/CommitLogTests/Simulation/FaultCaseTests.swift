import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Faults by case")
struct FaultCaseTests {
    @Test("Every call interrupted once, and every call cut short, go unnoticed")
    func unnoticed() {
        for isShort in [false, true] {
            var script = CrashScript.complete
            let disk = SimulatedFileSystem()
            // Every odd call is interrupted; its repetition is the next, even one.
            for call in stride(from: 1, through: 40_000, by: isShort ? 1 : 2) {
                disk.inject(isShort ? .short(bytes: 7) : .fail(.interrupted), atCall: call)
            }
            script.run(on: disk)
            #expect(script.acknowledged == script.possible, "short \(isShort)")
            #expect(script.problem(of: disk.crash(.unsyncedLost)) == nil, "short \(isShort)")
            print("unnoticed: \(disk.callCount) calls, \(isShort ? "short" : "interrupted")")
        }
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        /// The end of its path, the first such file; or the last one.
        let suffix: String
        var isLast = false
        /// Bytes to leave; nil to remove the file.
        var keeps: Int64?
        let outcome: Outcome
        var testDescription: String { name }
    }
    enum Outcome { case refused, named, unharmed }

    @Test(
        "A file that somebody removed or cut is named, and the rest is served",
        arguments: [
            Case(name: "segment removed", suffix: ".segment", outcome: .named),
            Case(name: "segment cut", suffix: ".segment", keeps: 100, outcome: .named),
            Case(name: "segment emptied", suffix: ".segment", keeps: 0, outcome: .named),
            // It is read from the segment.
            Case(name: "index removed", suffix: ".index", outcome: .unharmed),
            Case(name: "index cut", suffix: ".index", keeps: 70, outcome: .unharmed),
            Case(name: "first commit-log file removed", suffix: ".log", outcome: .refused),
            Case(name: "first commit-log file cut", suffix: ".log", keeps: 300, outcome: .named),
            Case(name: "first commit-log file emptied", suffix: ".log", keeps: 0, outcome: .named),
            Case(
                name: "last commit-log file removed", suffix: ".log", isLast: true,
                outcome: .named),
            // The mirror serves.
            Case(name: "snapshot removed", suffix: ".snapshot", outcome: .unharmed),
            Case(name: "snapshot cut", suffix: ".snapshot", keeps: 50, outcome: .unharmed),
            Case(name: "mirror emptied", suffix: ".mirror", keeps: 0, outcome: .unharmed),
            Case(name: "FORMAT removed", suffix: "FORMAT", outcome: .unharmed),
        ])
    func removedByHand(row: Case) throws {
        let (disk, model) = try Self.disk()
        let files = try Self.files(disk).filter { $0.string.hasSuffix(row.suffix) }
        let path = try #require(row.isLast ? files.last : files.first)
        if let count = row.keeps {
            try disk.open(path, .update).truncate(to: count)
        } else {
            try disk.remove(path)
        }
        let verified = try? LogInspector(directory: "/data", fileSystem: disk.copy()).verify()
        let log: CommitLog
        do {
            log = try FaultTests.open(disk)
        } catch {
            #expect(row.outcome == .refused, "\(error)")
            #expect("\(error)".contains(path.string), "\(error)")
            return
        }
        defer { try? log.close() }
        #expect(row.outcome != .refused)
        #expect(log.value(table: 1, key: [1]) == [2], "what is in the snapshot is served")
        var named = log.recovery.damage.map(\.description)
        let values = try Self.readable(log, &named)
        let known = Set(model.partitions[0]?.values ?? [])
        #expect(values.allSatisfy(known.contains))
        if row.outcome == .unharmed {
            #expect(values.count == known.count)
            #expect(log.recovery.fence == nil)
        } else {
            #expect(named.contains { $0.contains(path.string) }, "\(named)")
            #expect(values.count < known.count && !values.isEmpty, "\(values.count)")
            #expect(verified?.isWhole == false, "verify sees it too")
        }
    }

    /// All values that can be read, and the damage that the others have.
    private static func readable(_ log: CommitLog, _ named: inout [String]) throws -> [String] {
        var next = RecordOffset.zero
        var values: [String] = []
        guard let end = log.bounds(FaultTests.partition)?.end else { return [] }
        while next < end {
            do {
                let part = try TestBatches.records(
                    of: FaultTests.partition, in: log, from: next.rawValue, maximumBytes: 1)
                values += part.map(\.value)
                next = end
            } catch let error as ReadError {
                guard case .damaged(let damage, let behind) = error else { throw error }
                // Batch by batch up to the damage.
                while next < behind {
                    var bytes: [UInt8] = []
                    guard
                        let result = try? log.read(
                            FaultTests.partition, from: next, maximumBytes: 0, into: &bytes),
                        result.nextOffset > next
                    else { break }
                    let part = try TestBatches.decode(result, bytes, from: next.rawValue)
                    values += part.map(\.value)
                    next = result.nextOffset
                }
                named.append(damage.description)
                next = max(next, behind)
            }
        }
        return values
    }

    /// Segments, several commit-log files, snapshot and mirror.
    private static func disk() throws -> (SimulatedFileSystem, LogModel) {
        let disk = SimulatedFileSystem()
        var model = LogModel()
        let log = try FaultTests.open(disk)
        let long = String(repeating: "x", count: 120)
        try model.append([.create(0, topic: "orders", index: 0), .put(1, [1], [2])], to: log)
        for number in 0..<4 {
            try model.append([.records(0, ["a\(number)" + long, "b\(number)"])], to: log)
        }
        try log.sealNow()
        for number in 0..<9 { try model.append([.records(0, ["c\(number)" + long])], to: log) }
        try log.close()
        return (disk, model)
    }

    private static func files(_ disk: SimulatedFileSystem) throws -> [FilePath] {
        var files: [FilePath] = ["/data/FORMAT"]
        for directory: FilePath in ["/data/commit", "/data/checkpoint", "/data/topics/orders/0"] {
            for name in try disk.list(directory) { files.append(directory.appending(name)) }
        }
        return files
    }

    @Test("A directory whose only commit-log file was removed is no empty log", arguments: [0, 1])
    func onlyFileRemoved(frames: Int) throws {
        let disk = SimulatedFileSystem()
        let log = try FaultTests.open(disk)
        if frames > 0 { try AppendAndReadTests.create(log) }
        try log.close()
        let path = DataLayout("/data").commitFile(.zero)
        try disk.remove(path)
        do {
            _ = try FaultTests.open(disk)
            Issue.record("a lost log was opened as an empty one")
        } catch {
            #expect("\(error)".contains(path.string), "\(error)")
        }
    }

    @Test("A last commit-log file that was removed is missed, and its offsets are not given again")
    func lastFileRemoved() throws {
        let (disk, _) = try Self.disk()
        let path = try #require(try Self.files(disk).last { $0.string.hasSuffix(".log") })
        try disk.remove(path)
        let log = try FaultTests.open(disk)
        let fence = try #require(log.recovery.fence)
        #expect(fence.kind == .missing && fence.file == path)
        #expect(throws: AppendError.fenced(fence)) {
            try log.append(.batches(FaultTests.partition, TestBatches.batch(["x"])))
        }
        try? log.close()
    }

    @Test("A clock that steps back and forth harms neither offsets nor look-ups by time")
    func clockSteps() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        let log = try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: clock, options: CrashScript.options)
        try AppendAndReadTests.create(log)
        var times: [Int64] = []
        for step in [0, 3_600_000, -7_200_000, 86_400_000, -1, 0, -86_400_000] as [Int64] {
            clock.stepWall(toMilliseconds: clock.wallMilliseconds + step)
            times.append(clock.wallMilliseconds)
            let batch = TestBatches.batch(["\(step)"], timestamp: clock.wallMilliseconds)
            try log.append(.batches(FaultTests.partition, batch))
            if times.count == 4 { try log.sealNow() }
        }
        for time in times.flatMap({ [$0 - 1, $0, $0 + 1] }) {
            let expected = times.firstIndex { $0 >= time }.map { RecordOffset(rawValue: Int64($0)) }
            #expect(try log.offset(FaultTests.partition, atOrAfter: time) == expected)
        }
        try log.close()
        let again = try FaultTests.open(disk)
        #expect(again.recovery.damage.isEmpty)
        #expect(try FaultTests.values(again).count == times.count)
        try again.close()
    }

    @Test("Every error says whose move it is and whether trying again helps")
    func scheme() {
        let full = IOError(.write, "/d", .noSpace)
        let broken = IOError(.write, "/d", .ioError)
        let id = PartitionID(rawValue: 1)
        let damage = Damage(.batch, file: "/d", position: 0, reason: "")
        let rows: [(any ClassifiedError, ErrorDomain, RetryHint)] = [
            (AppendError.noSpace(full), .external, .afterBackoff),
            (AppendError.unavailable(broken), .external, .afterBackoff),
            (AppendError.poisoned(broken), .external, .afterRefresh),
            (AppendError.unknownPartition(id), .user, .afterRefresh),
            (AppendError.emptyFrame, .user, .never),
            (AppendError.fenced(damage), .internal, .never),
            (ReadError.unknownPartition(id), .user, .afterRefresh),
            (ReadError.damaged(damage, next: .zero), .internal, .never),
            (ReadError.inputOutput(full), .external, .afterBackoff),
            (OpenError.damaged(damage), .internal, .never),
            (
                OpenError.locked(.held(directory: "/d", processID: 1)), .external, .afterBackoff
            ),
            (OpenError.notADataDirectory("/d", found: "x"), .user, .never),
            (MaintenanceError.append(.noSpace(full)), .external, .afterBackoff),
            (MaintenanceError.damaged(damage), .internal, .never),
            (IOError(.open, "/d", .noSuchFileOrDirectory), .user, .never),
            (IOError(.open, "/d", .tooManyOpenFiles), .external, .afterBackoff),
        ]
        for (error, domain, retry) in rows {
            #expect(error.domain == domain && error.retry == retry, "\(error)")
        }
    }

    @Test("A second process is refused the directory, and told which process has it")
    func secondProcess() async throws {
        let directory = try TestDirectory()
        let log = try CommitLog.open(directory: directory.path)
        defer { try? log.close() }
        await #expect(processExitsWith: .success) { [path = directory.path.string as String] in
            do {
                _ = try CommitLog.open(directory: FilePath(path))
                throw Refusal.none
            } catch let error as OpenError {
                guard case .locked(.held(_, let holder)) = error, holder != nil,
                    "\(error)".contains("in use by process")
                else { throw Refusal.other("\(error)") }
            }
        }
    }

    enum Refusal: Error {
        case none
        case other(String)
    }
}
