import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("A disk that does not answer", .timeLimit(.minutes(2)))
struct FrozenDiskTests {
    /// A disk on which calls of one operation wait, once it is told to, until it is released.
    final class FrozenDisk: Sendable {
        struct State {
            var isFrozen = false
            var waiting = 0
        }
        let disk = SimulatedFileSystem()
        private let state = Monitor(State())

        init(_ operation: IOOperation, suffix: String = "") {
            disk.interpose { [state] called, path in
                guard called == operation, path.string.hasSuffix(suffix) else { return }
                let waits = state.withLock { state -> Bool in
                    state.waiting += state.isFrozen ? 1 : 0
                    return state.isFrozen
                }
                guard waits else { return }
                state.notifyAll()
                _ = state.wait { $0.isFrozen ? nil : true }
                state.withLock { $0.waiting -= 1 }
            }
        }

        func freeze(_ isFrozen: Bool) {
            state.withLock { $0.isFrozen = isFrozen }
            state.notifyAll()
        }

        /// Returns once somebody waits for the disk.
        func waitUntilSomebodyWaits() { _ = state.wait { $0.waiting > 0 ? true : nil } }
    }

    @Test("Appends wait within the queue, further ones block, reads go on; all end well")
    func backPressure() throws {
        let frozen = FrozenDisk(.write, suffix: ".log")
        var options = CrashScript.options
        options.queueByteCountMax = 1_000
        let log = try CommitLog.open(
            directory: "/data", fileSystem: frozen.disk, clock: ManualClock(), options: options)
        try AppendAndReadTests.create(log)
        try log.append(.batches(FaultTests.partition, TestBatches.batch(["before"])))
        frozen.freeze(true)
        let progress = Monitor((submitted: 0, answered: 0))
        let count = 40
        let producer = WorkerThread(name: "producer") {
            for number in 0..<count {
                try? log.submit(.batches(FaultTests.partition, TestBatches.batch(["\(number)"]))) {
                    if case .success = $0 { progress.withLock { $0.answered += 1 } }
                    progress.notifyAll()
                }
                progress.withLock { $0.submitted += 1 }
                progress.notifyAll()
            }
        }
        frozen.waitUntilSomebodyWaits()
        // As many as the queue takes: the next one blocks its thread.
        let stride = try EncodedFrame(
            .batches(FaultTests.partition, TestBatches.batch(["10"])), verifiesBatches: true
        ).stride
        _ = progress.wait { $0.submitted >= 1_000 / stride ? true : nil }
        #expect(try FaultTests.values(log) == ["before"], "reads go on")
        #expect(progress.withLock { $0.answered } == 0)
        #expect(progress.withLock { $0.submitted } <= 2 * (1_000 / stride) + 2)
        frozen.freeze(false)
        producer?.join()
        _ = progress.wait { $0.answered == count ? true : nil }
        #expect(try FaultTests.values(log).count == count + 1)
        try log.close()
    }

    @Test(
        "Closing gives up after its time and says so; the directory stays taken until the disk answers"
    )
    func closing() throws {
        let frozen = FrozenDisk(.synchronizeData)
        var options = CrashScript.options
        options.closeWaitMax = .milliseconds(1)
        var log: CommitLog? = try CommitLog.open(
            directory: "/data", fileSystem: frozen.disk, clock: ManualClock(), options: options)
        if let log { try AppendAndReadTests.create(log) }
        frozen.freeze(true)
        let answer = Monitor<Result<AppendReceipt, AppendError>?>(nil)
        try log?.submit(.batches(FaultTests.partition, TestBatches.batch(["a"]))) { result in
            answer.withLock { $0 = result }
            answer.notifyAll()
        }
        frozen.waitUntilSomebodyWaits()
        do {
            try log?.close()
            Issue.record("a log was closed while its disk was frozen")
        } catch {
            #expect(error == .notAnswering(waited: .milliseconds(1)))
            #expect("\(error)".contains("has not answered"))
        }
        log = nil
        #expect(throws: OpenError.self) { _ = try FaultTests.open(frozen.disk) }
        frozen.freeze(false)
        let result = answer.wait { $0 }
        #expect((try? result?.get()) != nil, "what waited is answered when the disk is")
        // The writer's thread ends and gives the directory back.
        var again: CommitLog?
        while again == nil {
            again = try? FaultTests.open(frozen.disk)
            WorkerThread.yield()
        }
        if let again { #expect(try FaultTests.values(again) == ["a"]) }
        try again?.close()
    }

    @Test("A reader that waits for a slow disk holds up neither appends nor other readers")
    func slowReader() throws {
        let frozen = FrozenDisk(.read, suffix: ".segment")
        let log = try CommitLog.open(
            directory: "/data", fileSystem: frozen.disk, clock: ManualClock(),
            options: CrashScript.options)
        try AppendAndReadTests.create(log)
        try AppendAndReadTests.create(log, 1, topic: "others")
        try log.append(.batches(FaultTests.partition, TestBatches.batch(["sealed"])))
        try log.sealNow()
        frozen.freeze(true)
        let read = Monitor<[String]?>(nil)
        let reader = WorkerThread(name: "slow reader") {
            let values = (try? FaultTests.values(log)) ?? []
            read.withLock { $0 = values }
            read.notifyAll()
        }
        frozen.waitUntilSomebodyWaits()
        let other = PartitionID(rawValue: 1)
        for number in 0..<20 {
            try log.append(.batches(other, TestBatches.batch(["\(number)"])))
            #expect(log.bounds(other)?.end.rawValue == Int64(number + 1))
            #expect(log.partitions().count == 2)
        }
        #expect(try TestBatches.records(of: other, in: log).count == 20)
        #expect(read.withLock { $0 } == nil)
        frozen.freeze(false)
        reader?.join()
        #expect(read.withLock { $0 } == ["sealed"])
        try log.close()
    }
}
