import Platform
import Records
import Synchronization
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Many producers, readers and partitions", .timeLimit(.minutes(2)))
struct ManyPartitionsTests {
    @Test(
        "Producers and readers on one partition and on 1,000: order holds, readers see no gap",
        arguments: [1, 1_000])
    func producersAndReaders(partitionCount: Int) throws {
        let disk = SimulatedFileSystem()
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        options.blockByteCount = 4 << 10
        let log = try CommitLog.open(
            directory: "/data", fileSystem: disk, clock: ManualClock(), options: options)
        try log.append(
            FrameContent(
                (0..<UInt32(partitionCount)).map {
                    .createPartition(PartitionID(rawValue: $0), topic: "t", index: Int32($0))
                }))
        let failures = Mutex<[String]>([])
        let isDone = Atomic(false)
        let (writers, rounds) = (4, 150)
        let producers = (0..<writers).compactMap { writer in
            WorkerThread(name: "producer \(writer)") {
                do {
                    for round in 0..<rounds {
                        let id = UInt32((writer * 7919 + round * 31) % partitionCount)
                        let batch = TestBatches.batch(["\(writer) \(round)"])
                        try log.append(.batches(PartitionID(rawValue: id), batch))
                    }
                } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        let readers = (0..<2).compactMap { reader in
            WorkerThread(name: "reader \(reader)") {
                var random = SeededGenerator(seed: UInt64(reader))
                do {
                    while !isDone.load(ordering: .acquiring) {
                        let id = UInt32.random(in: 0..<UInt32(partitionCount), using: &random)
                        let problem = try Self.problem(PartitionID(rawValue: id), in: log)
                        if let problem { failures.withLock { $0.append(problem) } }
                    }
                } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        for thread in producers { thread.join() }
        try log.sealNow()
        isDone.store(true, ordering: .releasing)
        for thread in readers { thread.join() }
        #expect(failures.withLock { $0 } == [])
        let total = log.partitions().reduce(0) { $0 + $1.end.rawValue }
        #expect(total == Int64(writers * rounds))
        for id in 0..<UInt32(partitionCount) {
            #expect(try Self.problem(PartitionID(rawValue: id), in: log) == nil)
        }
        try log.close()
    }

    /// A gap, or records of one producer out of order.
    private static func problem(_ id: PartitionID, in log: CommitLog) throws -> String? {
        let records = try TestBatches.records(of: id, in: log, maximumBytes: 4_000)
        guard records.map(\.offset) == Array(0..<Int64(records.count)) else {
            return "\(id) has a gap"
        }
        var last: [Substring: Int] = [:]
        for record in records {
            let words = record.value.split(separator: " ")
            let round = Int(words[1]) ?? -1
            guard round > last[words[0]] ?? -1 else { return "\(id) is out of order" }
            last[words[0]] = round
        }
        return nil
    }

    @Test("Every look at all partitions is one log position: a frame is in all of them or in none")
    func consistentPositions() throws {
        let log = try CommitLog.open(
            directory: "/data", fileSystem: SimulatedFileSystem(), clock: ManualClock(),
            options: CrashScript.options)
        let ids = (0..<5 as Range<UInt32>).map(PartitionID.init(rawValue:))
        try log.append(
            FrameContent(
                ids.map { .createPartition($0, topic: "t", index: Int32($0.rawValue)) }))
        let isDone = Atomic(false)
        let torn = Atomic(0)
        let looks = Atomic(0)
        let reader = WorkerThread(name: "reader") {
            while !isDone.load(ordering: .acquiring) {
                if Set(log.partitions().map(\.end)).count != 1 {
                    torn.add(1, ordering: .relaxed)
                }
                looks.add(1, ordering: .relaxed)
            }
        }
        for number in 0..<200 {
            let batch = TestBatches.batch(["\(number)"])
            try log.append(FrameContent(ids.map { .batches($0, batch) }))
            if number % 50 == 49 { try log.sealNow() }
        }
        isDone.store(true, ordering: .releasing)
        reader?.join()
        #expect(torn.load(ordering: .relaxed) == 0)
        print("consistent positions: \(looks.load(ordering: .relaxed)) looks")
        try log.close()
    }
}
