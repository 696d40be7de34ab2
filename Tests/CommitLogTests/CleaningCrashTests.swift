import Platform
import Records
import Synchronization
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Retention and compaction, disturbed")
struct CleaningCrashTests {
    static let partition = CleaningScript.partition

    /// Scripts, each with the mark that it ends with.
    enum Script: CaseIterable {
        case complete
        case early

        var script: CleaningScript { self == .early ? .early : .complete }
        var end: CleaningScript.Mark {
            self == .early
                ? CleaningScript.Mark(start: 0, end: 11, appended: 11)
                : CleaningScript.Mark(start: 15, end: 17, appended: 17)
        }
    }

    @Test(
        "Power lost during any call of a compaction or removal leaves the old or the new, whole",
        arguments: Script.allCases)
    func everyCall(_ script: Script) throws {
        let end = script.end
        var whole = script.script
        let disk = SimulatedFileSystem()
        whole.run(on: disk)
        try #require(whole.marks.count == whole.steps.count, "the script must run to its end")
        #expect(whole.marks.last == end)
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole && report.notes.isEmpty, "\(report.damage) \(report.notes)")
        #expect(whole.problem(of: disk.crash(.unsyncedLost), whole: whole.marks) == nil)
        let count = disk.callCount
        for call in 1...count {
            let disk = SimulatedFileSystem()
            disk.inject(.powerLoss, atCall: call)
            var script = script.script
            script.run(on: disk)
            // One outcome a call keeps the test short; each call has several neighbours of its kind.
            let outcome: CrashOutcome =
                call % 2 == 0 ? .unsyncedLost : .unsyncedMixed(seed: UInt64(call))
            let problem = script.problem(of: disk.crash(outcome), whole: whole.marks)
            #expect(
                problem == nil,
                "call \(call) of \(count), \(disk.callLog.last ?? ""), \(outcome)")
        }
        print("cleaning, \(script): power lost at each of \(count) calls")
    }

    @Test(
        "Any call of a compaction or removal may fail: nothing that counts is lost",
        arguments: [Errno.ioError, .noSpace], Script.allCases)
    func everyCallFails(errno: Errno, script: Script) throws {
        var whole = script.script
        let disk = SimulatedFileSystem()
        whole.run(on: disk)
        for call in stride(from: errno == .noSpace ? 1 : 2, through: disk.callCount, by: 4) {
            let disk = SimulatedFileSystem()
            disk.inject(.fail(errno), atCall: call)
            var script = script.script
            script.run(on: disk)
            let problem = script.problem(
                of: disk.crash(.unsyncedMixed(seed: UInt64(call))), whole: whole.marks)
            #expect(problem == nil, "\(errno) in call \(call): \(disk.callLog[call - 1])")
        }
    }

    /// What happens to the topic in the middle of a run.
    enum Disturbance: CaseIterable { case removal, trimming, append }

    @Test(
        "Between any two steps of a compaction the topic may be deleted, trimmed or written",
        arguments: Disturbance.allCases)
    func betweenSteps(disturbance: Disturbance) throws {
        var steps = 0
        while true {
            let disk = SimulatedFileSystem()
            let log = try CommitLog.open(
                "/data", disk, ManualClock(), CrashScript.options, startsThreads: false)
            let driver = log.driver
            var options = PartitionOptions()
            options.cleanup = .compact
            func append(_ entries: [FrameEntry]) throws {
                try log.submit(FrameContent(entries)) { _ in }
                driver.writeGroup()
            }
            try append([
                .createPartition(Self.partition, topic: "users", index: 0, options: options)
            ])
            for round in 0..<12 {
                let value = "\(round)" + String(repeating: "v", count: 90)
                let batch = TestBatches.batch([("a", value), ("b\(round % 3)", value)])
                try append([.batches(Self.partition, batch)])
            }
            var taken = 0
            var hasHappened = false
            for kind in [
                MaintenanceRun.Kind.seal(includingActive: true), .compact([Self.partition]),
            ] {
                var run = try #require(driver.maintenance.begin(kind))
                while try driver.maintenance.step(&run) != .finished {
                    driver.writeGroup()
                    taken += 1
                    guard taken == steps else { continue }
                    hasHappened = true
                    switch disturbance {
                    case .removal: try append([.removePartition(Self.partition)])
                    case .trimming:
                        try append([
                            .removeBefore(Self.partition, offset: RecordOffset(rawValue: 13))
                        ])
                    case .append:
                        try append([.batches(Self.partition, TestBatches.batch([("a", "new")]))])
                    }
                }
            }
            guard hasHappened || steps == 0 else {
                try log.close()
                break
            }
            try Self.check(log, disk, steps == 0 ? nil : disturbance, "step \(steps)")
            steps += 1
        }
        #expect(steps > 15)
    }

    private static func check(
        _ log: CommitLog, _ disk: SimulatedFileSystem, _ disturbance: Disturbance?, _ place: String
    ) throws {
        let clock = ManualClock()
        try log.close()
        let again = try RetentionTests.open(disk, clock)
        try again.sealNow()
        try again.checkpoint()
        #expect(again.recovery.damage.isEmpty)
        let records = try TestBatches.records(of: partition, in: again)
        switch disturbance {
        case .removal:
            #expect(records.isEmpty, "\(place)")
            #expect(try disk.list("/data/topics").isEmpty, "\(place): files of a deleted topic")
        case .trimming:
            #expect(again.bounds(partition)?.start == RecordOffset(rawValue: 13))
            #expect(records.allSatisfy { $0.offset >= 13 } && records.count >= 4, "\(place)")
        case .append: #expect(records.last?.value == "new", "\(place)")
        case nil: #expect(records.map(\.offset) == [19, 21, 22, 23])
        }
        try again.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole, "\(place): \(report.damage)")
    }

    @Test(
        "A topic may be deleted while threads write, read, seal, compact and trim it",
        .timeLimit(.minutes(2)))
    func deletionWithThreads() throws {
        let directory = try TestDirectory()
        var options = LogOptions()
        options.commitFileByteCount = 32 << 10
        options.blockByteCount = 2 << 10
        options.segmentByteCountMax = 16 << 10
        options.cleaningInterval = .milliseconds(1)
        let log = try CommitLog.open(directory: directory.path, options: options)
        let failures = Mutex<[String]>([])
        var compacted = PartitionOptions()
        compacted.cleanup = .compactAndDelete
        compacted.retentionByteCount = 20_000
        compacted.dirtyRatioMin = 0
        for round in 0..<3 as Range<UInt32> {
            let id = PartitionID(rawValue: round)
            try log.append(
                FrameContent([
                    .createPartition(id, topic: "users", index: 0, options: compacted)
                ]))
            func thread(_ name: String, _ body: @escaping @Sendable () throws -> Bool)
                -> WorkerThread?
            {
                WorkerThread(name: name) {
                    do {
                        while try body() {}
                    } catch AppendError.unknownPartition, ReadError.unknownPartition {
                        // As it should be.
                    } catch { failures.withLock { $0.append("\(name): \(error)") } }
                }
            }
            let writes = Atomic(0)
            let threads = [
                thread("writer") {
                    let number = writes.add(1, ordering: .relaxed).newValue
                    let value = String(repeating: "w", count: 200)
                    try log.append(
                        .batches(id, TestBatches.batch([("key \(number % 20)", value)])))
                    return true
                },
                thread("reader") {
                    guard let start = log.bounds(id)?.start else { return false }
                    var bytes: [UInt8] = []
                    do throws(ReadError) {
                        _ = try log.read(id, from: start, maximumBytes: 4_000, into: &bytes)
                    } catch .offsetOutOfRange {
                        return true  // Retention was faster.
                    }
                    _ = try log.offset(id, atOrAfter: 0)
                    return true
                },
                thread("sealer") {
                    try log.compactNow([id])
                    try log.enforceRetention()
                    return log.bounds(id) != nil
                },
            ]
            while writes.load(ordering: .relaxed) < 150 { _ = log.statistics }
            try log.append(FrameContent([.removePartition(id)]))
            for thread in threads { thread?.join() }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(log.statistics.compactions > 0)
        try log.sealNow()
        try log.checkpoint()
        #expect(try RealFileSystem().list(directory.path.appending("topics")).isEmpty)
        try log.close()
        let report = try LogInspector(directory: directory.path).verify()
        #expect(report.isWhole, "\(report.damage)")
    }

    @Test(
        "Random puts, removals, compactions, retention and openings give what a dictionary gives",
        arguments: [1, 2, 3, 4] as [UInt64])
    func model(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let disk = SimulatedFileSystem()
        let clock = ManualClock()
        let hour = Duration.seconds(3_600)
        let open = {
            try RetentionTests.open(disk, clock) {
                $0.keyMapByteCountMax = seed == 1 ? 300 : 1 << 20
            }
        }
        var log = try open()
        try RetentionTests.create(log) {
            $0.cleanup = seed < 3 ? .compact : .compactAndDelete
            $0.retentionMilliseconds = 30 * 3_600_000
            $0.deleteRetentionMilliseconds = 5 * 3_600_000
            $0.dirtyRatioMin = 0.2
        }
        var model: [String: (value: String, offset: Int64)] = [:]
        var end: Int64 = 0
        for step in 0..<300 {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<55:
                var records: [(key: String?, value: String?)] = []
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let key = "k\(Int.random(in: 0..<12, using: &generator))"
                    let isGone = Int.random(in: 0..<4, using: &generator) == 0
                    let value = "\(end) " + String(repeating: "v", count: Int(end % 60))
                    records.append((key, isGone ? nil : value))
                    model[key] = isGone ? nil : (value, end)
                    end += 1
                }
                let batch = TestBatches.batch(records, timestamp: clock.wallMilliseconds)
                try log.append(.batches(Self.partition, batch))
            case 55..<63: try log.sealNow()
            case 63..<71: try log.driver.maintenance.perform(.clean)
            case 71..<77: try log.compactNow([Self.partition])
            case 77..<87: clock.advance(by: hour)
            case 87..<92:
                try log.close()
                log = try open()
                #expect(log.recovery.damage.isEmpty)
            default:
                var found: [String: String] = [:]
                for record in try TestBatches.records(of: Self.partition, in: log) {
                    found[record.key ?? ""] = record.isTombstone ? nil : record.value
                }
                let start = try #require(log.bounds(Self.partition)?.start.rawValue)
                let expected = model.filter { $0.value.offset >= start }.mapValues(\.value)
                #expect(found == expected, "seed \(seed), step \(step)")
                #expect(log.bounds(Self.partition)?.end == RecordOffset(rawValue: end))
                if found != expected { return }
            }
        }
        try log.close()
        let report = try LogInspector(directory: "/data", fileSystem: disk).verify()
        #expect(report.isWhole, "seed \(seed): \(report.damage)")
    }
}
