import Platform
import Records
import Synchronization
import SystemPackage
import Testing

@testable import Broker
@testable import CommitLog

/// A log without threads: what is asked of its writer waits until the test lets it be written.
@Suite("Requests of one transaction that overlap")
struct TransactionOverlapTests {
    typealias Answers = Monitor<[String: Result<ProducerIdentity, TransactionError>]>

    private static let place = TopicPartition(topic: "t", partition: 0)
    private static let offset = TransactionOffset(
        stream: "t", partition: 0,
        position: GroupPosition(offset: RecordOffset(rawValue: 7), savedAt: 0))

    let log: CommitLog
    let coordinator: TransactionCoordinator
    let answers = Answers([:])
    var producer = ProducerIdentity(id: -1, epoch: -1)

    init() throws {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        log = try CommitLog.open(
            "/data", SimulatedFileSystem(), ManualClock(), options, startsThreads: false)
        coordinator = try TransactionCoordinator(log, clock: ManualClock())
        coordinator.initialize("x", timeout: 1_000, expected: nil, answer: answer("begin"))
        write()
        producer = try #require(try result("begin")?.get())
        coordinator.add(group: "g", to: "x", by: producer, answer: answer("group"))
        write()
        #expect(try result("group")?.get() == producer)
    }

    private func write() { while log.driver.writeGroup() > 0 {} }

    private func answer(_ name: String) -> TransactionCoordinator.Answer {
        { [answers] result in answers.withLock { $0[name] = result } }
    }

    private func result(_ name: String) -> Result<ProducerIdentity, TransactionError>? {
        answers.withLock { $0[name] }
    }

    private func addPartition(_ name: String) {
        coordinator.add(
            [PartitionID(rawValue: 1): Self.place], to: "x", by: producer, answer: answer(name))
    }

    private func commitPosition(_ name: String) {
        coordinator.commit([Self.offset], of: "g", in: "x", by: producer, answer: answer(name))
    }

    private func end(_ name: String) {
        coordinator.end("x", .commit, by: producer, answer: answer(name))
    }

    /// librdkafka adds the partitions of a transaction while it sends positions to it.
    ///
    /// We answered the positions with CONCURRENT_TRANSACTIONS, which Kafka never does here, since its group's
    /// coordinator keeps them: each such commit took half a second more, and when the server went
    /// away within it, the client waited for ever, for a broker that it had thrown away itself
    /// (librdkafka issue 5511), since its requests to coordinators have no time limit (issue 5456).
    @Test("Positions are taken while partitions are added, and partitions while positions are")
    func positionsAndPartitions() throws {
        for partitionFirst in [true, false] {
            let suffix = partitionFirst ? " after" : " before"
            if partitionFirst { addPartition("partition" + suffix) }
            commitPosition("position" + suffix)
            if !partitionFirst {
                coordinator.add(
                    [PartitionID(rawValue: 2): Self.place], to: "x", by: producer,
                    answer: answer("partition" + suffix))
            }
            #expect(result("position" + suffix) == nil)
            #expect(result("partition" + suffix) == nil)
            write()
            #expect(try result("position" + suffix)?.get() == producer)
            #expect(try result("partition" + suffix)?.get() == producer)
        }
        try log.close()
    }

    @Test("A transaction does not end while positions are written: its frame would lack them")
    func endWaits() throws {
        commitPosition("one")
        commitPosition("two")
        end("early")
        #expect(result("early") == .failure(.concurrentTransactions))
        coordinator.initialize("x", timeout: 1_000, expected: nil, answer: answer("heir"))
        #expect(result("heir") == .failure(.concurrentTransactions))
        coordinator.expire(at: .max / 2)
        write()
        #expect(try result("one")?.get() == producer)
        end("late")
        commitPosition("too late")
        #expect(result("too late") == .failure(.concurrentTransactions))
        write()
        #expect(try result("late")?.get() == producer)
        try log.close()
    }

    @Test("Positions whose group is just being added are asked for again, of another one refused")
    func unknownGroup() throws {
        coordinator.add(group: "h", to: "x", by: producer, answer: answer("h"))
        coordinator.commit([Self.offset], of: "h", in: "x", by: producer, answer: answer("soon"))
        #expect(result("soon") == .failure(.concurrentTransactions))
        write()
        coordinator.commit([Self.offset], of: "i", in: "x", by: producer, answer: answer("never"))
        #expect(result("never") == .failure(.invalidTransactionState))
        try log.close()
    }

    @Test("Positions that are not written leave room for others")
    func room() throws {
        commitPosition("lost")
        let slot = try #require(coordinator.directory.withLock { $0.slots["x"] })
        let written = slot.state.withLock { $0.offsetByteCount }
        #expect(written > 0)
        try log.close()
        #expect(result("lost") != nil)
        if case .failure = result("lost") {
            #expect(slot.state.withLock { $0.offsetByteCount } == 0)
        }
        #expect(slot.state.withLock { $0.offsetFrameCount } == 0)
    }
}
