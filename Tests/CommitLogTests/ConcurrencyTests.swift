import Platform
import Records
import Synchronization
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Many threads on one log")
struct ConcurrencyTests {
    @Test(
        "Appends of many threads keep their order, while others read, seal and checkpoint",
        .timeLimit(.minutes(2)))
    func manyThreads() throws {
        let directory = try TestDirectory()
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        options.blockByteCount = 4 << 10
        let log = try CommitLog.open(directory: directory.path, options: options)
        let partitionCount = 3
        for id in 0..<UInt32(partitionCount) {
            try AppendAndReadTests.create(log, id, topic: "t\(id)")
        }
        let (writers, rounds) = (6, 60)
        let failures = Mutex<[String]>([])
        let isDone = Atomic(false)
        let threads = (0..<writers).compactMap { writer in
            WorkerThread(name: "writer \(writer)") {
                do {
                    for round in 0..<rounds {
                        let id = PartitionID(rawValue: UInt32((writer + round) % partitionCount))
                        let value = "\(writer) \(round) " + String(repeating: "w", count: 200)
                        try log.append(.batches(id, TestBatches.batch([value])))
                    }
                } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        let reader = WorkerThread(name: "reader") {
            do {
                while !isDone.load(ordering: .acquiring) {
                    for id in 0..<UInt32(partitionCount) {
                        let records = try TestBatches.records(
                            of: PartitionID(rawValue: id), in: log, maximumBytes: 10_000)
                        let isWhole = records.map(\.offset) == Array(0..<Int64(records.count))
                        if !isWhole { failures.withLock { $0.append("a reader saw a gap") } }
                    }
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        try log.sealNow()
        try log.checkpoint()
        for thread in threads { thread.join() }
        try log.sealNow()
        isDone.store(true, ordering: .releasing)
        reader?.join()
        #expect(failures.withLock { $0 } == [])
        let statistics = log.statistics
        #expect(statistics.frames == Int64(writers * rounds + partitionCount))
        #expect(statistics.synchronizations <= statistics.frames + 100)
        #expect(statistics.maintenanceFailure == nil)
        print(
            "threads: \(statistics.frames) frames, \(statistics.groups) groups, "
                + "\(statistics.synchronizations) fsyncs")
        try log.close()

        let again = try CommitLog.open(directory: directory.path, options: options)
        #expect(again.recovery.damage.isEmpty)
        var rows: [Int: [Int]] = [:]
        for id in 0..<UInt32(partitionCount) {
            var last: [Substring: Int] = [:]
            for record in try TestBatches.records(of: PartitionID(rawValue: id), in: again) {
                let words = record.value.split(separator: " ")
                let round = Int(words[1]) ?? -1
                #expect(round > last[words[0]] ?? -1, "a writer's records keep their order")
                last[words[0]] = round
                rows[Int(words[0]) ?? -1, default: []].append(round)
            }
        }
        #expect(rows.count == writers)
        for (writer, found) in rows {
            #expect(found.sorted() == Array(0..<rounds), "writer \(writer)")
        }
        try again.close()
        let report = try LogInspector(directory: directory.path).verify()
        #expect(report.isWhole, "\(report.damage)")
    }

    @Test("Full files are sealed in the background, one after the other", .timeLimit(.minutes(1)))
    func backgroundSealing() throws {
        let disk = SimulatedFileSystem()
        var options = CrashScript.options
        options.sealsInBackground = true
        let log = try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: ManualClock(), options: options)
        try AppendAndReadTests.create(log)
        let long = String(repeating: "b", count: 300)
        var appended: Int64 = 0
        for round in 1...6 {
            // Three records fill a file; wait for its sealing, which appends nothing.
            for _ in 0..<3 {
                try log.append(.batches(FaultTests.partition, TestBatches.batch([long])))
                appended += 1
            }
            while log.statistics.sealedFiles < round { WorkerThread.yield() }
        }
        #expect(log.statistics.maintenanceFailure == nil)
        #expect(try FaultTests.values(log).count == Int(appended))
        #expect(log.partitions()[0].sealedEnd > .zero)
        try log.close()
    }

    @Test("A reader that waits is woken by the append", .timeLimit(.minutes(1)))
    func waiting() throws {
        let disk = SimulatedFileSystem()
        let log = try FaultTests.logWithRecords(disk, [])
        let end = log.end
        #expect(log.waitForAppend(after: end, timeout: .milliseconds(1)) == nil)
        let thread = WorkerThread(name: "appender") {
            _ = try? log.append(.batches(FaultTests.partition, TestBatches.batch(["a"])))
        }
        let reached = log.waitForAppend(after: end, timeout: nil)
        thread?.join()
        #expect(reached == log.end)
        try log.close()
        #expect(throws: AppendError.closed) {
            try log.append(.batches(FaultTests.partition, TestBatches.batch(["b"])))
        }
    }

    @Test("Frames that wait together share one fsync")
    func groupCommit() throws {
        let disk = SimulatedFileSystem()
        let log = try FaultTests.logWithRecords(disk, [])
        let answers = Monitor(0)
        let before = log.statistics
        for number in 0..<50 {
            try log.submit(
                .batches(FaultTests.partition, TestBatches.batch(["\(number)"]))
            ) { result in
                if case .success = result { answers.withLock { $0 += 1 } }
                answers.notifyAll()
            }
        }
        _ = answers.wait { $0 == 50 ? true : nil }
        let after = log.statistics
        #expect(after.frames - before.frames == 50)
        #expect(after.groups - before.groups <= 50)
        #expect(
            after.synchronizations - before.synchronizations <= after.groups - before.groups + 20)
        #expect(try TestBatches.records(of: FaultTests.partition, in: log).count == 50)
        try log.close()
    }
}
