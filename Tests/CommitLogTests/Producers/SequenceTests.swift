import Platform
import Records
import SystemPackage
import Testing

@testable import CommitLog

@Suite("Sequences of producers")
struct SequenceTests {
    static let partition = PartitionID(rawValue: 0)

    /// What an append of a batch of producer 7 came to: an offset, `again` an offset, or an error.
    @discardableResult
    static func send(
        _ values: [String], epoch: Int16 = 0, _ sequence: Int32, producer: Int64 = 7,
        to log: CommitLog
    ) -> String {
        do throws(AppendError) {
            let batch = TestBatches.batch(
                values, producer: producer, epoch: epoch, sequence: sequence)
            let receipt = try log.append(.batches(partition, batch))
            let offsets = receipt.baseOffsets.map { "\($0.rawValue)" }.joined(separator: ",")
            return receipt.isDuplicate ? "again \(offsets)" : offsets
        } catch {
            switch error {
            case .outOfOrderSequence(_, _, let expected, let found):
                return "\(found), not \(expected)"
            case .fencedProducer(_, _, let epoch, let current): return "\(epoch) below \(current)"
            default: return "\(error)"
            }
        }
    }

    private static func open(_ disk: SimulatedFileSystem) throws -> CommitLog {
        let log = try FaultTests.open(disk)
        if log.partitions().isEmpty { try AppendAndReadTests.create(log) }
        return log
    }

    @Test("Batches follow each other, a gap is refused, and sequences wrap to 0")
    func order() throws {
        let log = try Self.open(SimulatedFileSystem())
        #expect(Self.send(["a", "b"], 0, to: log) == "0")
        #expect(Self.send(["c"], 2, to: log) == "2")
        #expect(Self.send(["e"], 4, to: log) == "4, not 3")
        #expect(Self.send(["d"], 3, to: log) == "3")
        // Unknown producers begin anywhere (KIP-360).
        #expect(Self.send(["x", "y"], .max - 2, producer: 8, to: log) == "4")
        #expect(Self.send(["z", "0"], .max, producer: 8, to: log) == "6")
        #expect(Self.send(["1"], 1, producer: 8, to: log) == "8")
        #expect(Self.send(["z", "0"], .max, producer: 8, to: log) == "again 6")
        #expect(Self.send(["?"], 0, producer: 8, to: log) == "0, not 2")
        #expect(try FaultTests.values(log) == ["a", "b", "c", "d", "x", "y", "z", "0", "1"])
        #expect(log.statistics.frames == 7, "what was refused or repeated is not written")
        try log.close()
    }

    @Test("A later epoch begins at 0, and an older one is refused")
    func epochs() throws {
        let log = try Self.open(SimulatedFileSystem())
        #expect(Self.send(["a"], 5, to: log) == "0")
        #expect(Self.send(["b"], epoch: 1, 6, to: log) == "6, not 0")
        #expect(Self.send(["b"], epoch: 1, 0, to: log) == "1")
        #expect(Self.send(["a"], 5, to: log) == "0 below 1", "no retry of an older epoch")
        #expect(Self.send(["c"], 6, to: log) == "0 below 1")
        #expect(Self.send(["b"], epoch: 1, 0, to: log) == "again 1")
        try log.close()
    }

    @Test(
        "A retry of each of the last five batches is answered with its offset; older ones are not")
    func retries() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.open(disk)
        for number in 0..<6 { Self.send(["\(number)"], Int32(number), to: log) }
        for _ in 0..<2 {
            for number in 1..<6 {
                #expect(Self.send(["\(number)"], Int32(number), to: log) == "again \(number)")
            }
            #expect(Self.send(["0"], 0, to: log) == "0, not 6")
            // Not the same batch: it ends elsewhere.
            #expect(Self.send(["4", "5"], 4, to: log) == "4, not 6")
            try log.close()
            log = try Self.open(disk)
        }
        #expect(try FaultTests.values(log).count == 6)
        try log.close()
    }

    @Test("What a producer has sent is known after sealing and after opening, and in a snapshot")
    func sealing() throws {
        let disk = SimulatedFileSystem()
        var log = try Self.open(disk)
        for number in 0..<3 { Self.send(["\(number)"], Int32(number), to: log) }
        try log.sealNow()
        Self.send(["other"], 9, producer: 8, to: log)
        for round in 0..<2 {
            #expect(Self.send(["1"], 1, to: log) == "again 1", "\(round)")
            #expect(Self.send(["?"], 5, to: log) == "5, not 3")
            #expect(Self.send(["other"], 9, producer: 8, to: log) == "again 3")
            try log.close()
            #expect(try LogInspector(directory: "/data", fileSystem: disk).verify().isWhole)
            log = try Self.open(disk)
            try log.checkpoint()
        }
        #expect(
            log.producers(Self.partition)?.map { "\($0.producerID) \($0.epoch) \($0.lastSequence)" }
                == ["7 0 2", "8 0 9"])
        #expect(log.producers(PartitionID(rawValue: 9)) == nil)
        let name = try #require(try disk.list("/data/checkpoint").first { $0.hasSuffix("shot") })
        let snapshot = try LogInspector(directory: "/data", fileSystem: disk)
            .snapshot(FilePath("/data/checkpoint/\(name)")).get()
        #expect(snapshot.partitions.map(\.producers) == [2])
        try log.close()
    }

    @Test("A producer that was silent for a day is forgotten, a moment earlier it is not")
    func expiry() throws {
        let clock = ManualClock()
        let log = try CommitLog.open(
            directory: "/data", fileSystem: SimulatedFileSystem(), clock: clock,
            options: CrashScript.options)
        try AppendAndReadTests.create(log)
        Self.send(["a"], 0, to: log)
        let day = Duration.milliseconds(LogLimits.producerExpiryMilliseconds)
        clock.advance(by: day - .milliseconds(1))
        #expect(Self.send(["a"], 0, to: log) == "again 0")
        #expect(log.producers(Self.partition)?.count == 1)
        clock.advance(by: .milliseconds(1))
        #expect(log.producers(Self.partition)?.isEmpty == true)
        #expect(Self.send(["a"], 0, to: log) == "1", "nothing is known of it any more")
        #expect(Self.send(["b"], 1, to: log) == "2")
        clock.advance(by: day + .milliseconds(1))
        try log.checkpoint()
        #expect(
            log.driver.shared.withState { $0.partitions[Self.partition]?.producers.isEmpty } == true
        )
        try log.close()
    }

    @Test("Of two equal batches in one group the first is written; both are answered when it is")
    func oneGroup() throws {
        let disk = SimulatedFileSystem()
        let log = try CommitLog.open(
            "/data", disk, ManualClock(), CrashScript.options, startsThreads: false)
        try log.submit(FrameContent([.createPartition(Self.partition, topic: "t", index: 0)])) {
            _ in
        }
        log.driver.writeGroup()
        let answers = Monitor<[String]>([])
        let batch = TestBatches.batch(["a"], producer: 7, sequence: 0)
        func submit(_ durability: Durability) throws {
            try log.submit(.batches(Self.partition, batch), durability: durability) { result in
                let text = (try? result.get()).map { "\($0.baseOffsets) \($0.isDuplicate)" } ?? "no"
                answers.withLock { $0.append(text) }
            }
        }
        disk.inject(.fail(.noSpace), atNext: .write)
        try submit(.os)
        try submit(.os)
        log.driver.writeGroup()
        #expect(answers.withLock { $0 } == ["no", "no"], "what is taken back is not remembered")
        answers.withLock { $0 = [] }
        try submit(.os)
        log.driver.writeGroup()
        let synchronized = disk.callCount(of: .synchronizeData)
        try submit(.fsync)
        log.driver.writeGroup()
        let offset = RecordOffset.zero
        #expect(answers.withLock { $0 } == ["\([offset]) false", "\([offset]) true"])
        #expect(disk.callCount(of: .synchronizeData) == synchronized + 1, "the retry asks for more")
        try log.close()
    }

    @Test("A frame of retries alone is a retry; one that holds something else too is refused")
    func severalBatches() throws {
        let log = try Self.open(SimulatedFileSystem())
        let first = TestBatches.batch(["a"], producer: 7, sequence: 0)
        let second = TestBatches.batch(["b", "c"], producer: 7, sequence: 1)
        let third = TestBatches.batch(["d"], producer: 7, sequence: 3)
        let gap = TestBatches.batch(["e"], producer: 7, sequence: 5)
        try log.append(.batches(Self.partition, first + second))
        let again = try log.append(
            FrameContent([.batches(Self.partition, first), .batches(Self.partition, second)]))
        #expect(again.isDuplicate && again.baseOffsets.map(\.rawValue) == [0, 1])
        for entries in [
            [FrameEntry.batches(Self.partition, first), .put(table: 1, key: [1], value: [])],
            [.batches(Self.partition, second), .batches(Self.partition, third)],
        ] {
            #expect(throws: AppendError.repeatedInPart) {
                try log.append(FrameContent(entries))
            }
        }
        #expect(throws: AppendError.self) {
            try log.append(.batches(Self.partition, third + gap))
        }
        try log.append(.batches(Self.partition, third))
        #expect(try FaultTests.values(log) == ["a", "b", "c", "d"])
        #expect(log.value(table: 1, key: [1]) == nil)
        try log.close()
    }

    @Test("A marker raises the epoch, is never refused, and does not take it back")
    func markers() throws {
        let log = try Self.open(SimulatedFileSystem())
        func end(epoch: Int16) throws {
            try log.append(
                .batches(
                    Self.partition,
                    ControlMarker.abort.batch(
                        producerID: 7, producerEpoch: epoch, coordinatorEpoch: 0, timestamp: 0)))
        }
        Self.send(["a"], 0, to: log)
        try end(epoch: 0)
        #expect(Self.send(["b"], 1, to: log) == "2", "the sequence goes on behind a marker")
        try end(epoch: 1)
        #expect(Self.send(["c"], 2, to: log) == "0 below 1")
        #expect(Self.send(["c"], epoch: 1, 2, to: log) == "2, not 0")
        #expect(Self.send(["c"], epoch: 1, 0, to: log) == "4")
        try end(epoch: 0)
        #expect(Self.send(["d"], epoch: 1, 1, to: log) == "6")
        try log.close()
    }
}
