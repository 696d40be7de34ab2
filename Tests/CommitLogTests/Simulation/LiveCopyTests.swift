import Bytes
import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

/// What `cp -r` of a directory in use gives: each file as it is when its turn comes.
@Suite("Copies of a log in use")
struct LiveCopyTests {
    enum Outcome { case whole, named, refused }

    @Test(
        "A copy taken while the log is written and sealed has what was acknowledged before, or says what it has not"
    )
    func everyOrder() throws {
        var outcomes: [Outcome: Int] = [:]
        for seed in 0..<200 as Range<UInt64> {
            let outcome = try Self.copyOnce(seed: seed)
            outcomes[outcome, default: 0] += 1
        }
        print("live copies: \(outcomes)")
        #expect(outcomes[.whole, default: 0] > 20)
    }

    private static func copyOnce(seed: UInt64) throws -> Outcome {
        var random = SeededGenerator(seed: seed)
        let disk = SimulatedFileSystem()
        let log = try CommitLog.open(
            "/data", disk, ManualClock(), CrashScript.options, startsThreads: false)
        var values: [String] = []
        func append(_ count: Int) throws {
            for _ in 0..<count {
                let value = "\(values.count) " + String(repeating: "v", count: values.count % 90)
                try log.submit(.batches(FaultTests.partition, TestBatches.batch([value]))) { _ in }
                values.append(value)
                log.driver.writeGroup()
            }
        }
        try log.submit(
            FrameContent([.createPartition(FaultTests.partition, topic: "orders", index: 0)])
        ) { _ in }
        try append(Int.random(in: 0...30, using: &random))
        var run = log.driver.maintenance.begin(.seal(includingActive: true))
        let before = values.count
        // Directories in any order, as readdir(3) gives them; the log works between the files.
        let copy = SimulatedFileSystem()
        try copy.createDirectories("/data")
        var waiting: [FilePath] = ["/data"]
        while let path = waiting.popLast() {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                if Bool.random(using: &random) { try append(1) }
                if var current = run {
                    let progress = try log.driver.maintenance.step(&current)
                    run = progress == .finished ? nil : current
                } else if Int.random(in: 0..<4, using: &random) == 0 {
                    run = log.driver.maintenance.begin(.seal(includingActive: true))
                }
                log.driver.writeGroup()
            }
            guard let status = try disk.status(of: path) else { continue }  // Removed meanwhile.
            if status.kind == .directory {
                if path != "/data" { try copy.createDirectory(path) }
                waiting += try disk.list(path).shuffled(using: &random).map(path.appending)
            } else {
                let bytes = try disk.contents(of: path, limit: 1 << 20)
                try copy.open(path, .create).write(bytes.rawSpan, at: 0)
            }
        }
        try? log.close()
        return outcome(of: copy, before: Array(values[..<before]), all: values, seed: seed)
    }

    private static func outcome(
        of copy: SimulatedFileSystem, before: [String], all: [String], seed: UInt64
    ) -> Outcome {
        let log: CommitLog
        do { log = try FaultTests.open(copy) } catch { return .refused }
        defer { try? log.close() }
        let isNamed = log.recovery.fence != nil || !log.recovery.damage.isEmpty
        do {
            let found = try FaultTests.values(log)
            #expect(Set(found).isSubset(of: all), "seed \(seed): invented \(found)")
            if found.starts(with: before), all.starts(with: found) {
                return isNamed ? .named : .whole
            }
            #expect(isNamed, "seed \(seed): \(found.count) of \(before.count), and nothing is said")
            return .named
        } catch {
            return .named  // The first read of what is missing names it.
        }
    }

    @Test(
        "A real directory copied by cp -r while threads append and seal opens or says why not",
        .timeLimit(.minutes(2)))
    func realCopy() throws {
        let (source, target) = (try TestDirectory(), try TestDirectory())
        var options = CrashScript.options
        options.commitFileByteCount = 8 << 10
        options.sealsInBackground = true
        let log = try CommitLog.open(directory: source.path, options: options)
        try AppendAndReadTests.create(log)
        let state = Monitor((appended: 0, isDone: false))
        let producer = WorkerThread(name: "producer") {
            var number = 0
            while !state.withLock({ $0.isDone }) {
                let batch = TestBatches.batch(["\(number)"])
                guard (try? log.append(.batches(FaultTests.partition, batch))) != nil else {
                    return
                }
                number += 1
                state.withLock { $0.appended = number }
                state.notifyAll()
            }
        }
        var outcomes: [Outcome: Int] = [:]
        for round in 1...8 {
            let before = state.wait { $0.appended > round * 60 ? $0.appended : nil } ?? 0
            let path = target.path.appending("\(round)")
            try Self.copy(source.path, to: path)
            let all = state.withLock { $0.appended } + 1
            outcomes[Self.check(path, options, before: before, all: all), default: 0] += 1
        }
        state.withLock { $0.isDone = true }
        producer?.join()
        try log.close()
        print("real copies: \(outcomes)")
    }

    private static func check(
        _ path: FilePath, _ options: LogOptions, before: Int, all: Int
    ) -> Outcome {
        guard let log = try? CommitLog.open(directory: path, options: options) else {
            return .refused
        }
        defer { try? log.close() }
        let isNamed = log.recovery.fence != nil || !log.recovery.damage.isEmpty
        guard let found = try? FaultTests.values(log) else { return .named }
        if found.count >= before, found.count <= all,
            found == (0..<found.count).map({ "\($0)" })
        {
            return isNamed ? .named : .whole
        }
        #expect(isNamed, "\(found.count) of \(before) to \(all), and nothing is said")
        return .named
    }

    private static func copy(_ source: FilePath, to target: FilePath) throws {
        let files = RealFileSystem()
        guard let status = try files.status(of: source) else { return }
        if status.kind == .directory {
            try files.createDirectory(target)
            for name in try files.list(source) {
                try copy(source.appending(name), to: target.appending(name))
            }
            return
        }
        guard let bytes = try? files.contents(of: source, limit: 1 << 30) else { return }
        try files.open(target, .create).write(bytes.rawSpan, at: 0)
    }
}
