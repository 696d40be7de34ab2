import Platform
import Records
import SystemPackage
import Testing

@testable import Broker
@testable import CommitLog

/// A log without threads: what is asked of its writer waits until the test lets it be written.
@Suite("Limits of the coordinator")
struct CoordinatorLimitTests {
    private static func openLog() throws -> CommitLog {
        var options = LogOptions()
        options.commitFileByteCount = 64 << 10
        return try CommitLog.open(
            "/data", SimulatedFileSystem(), ManualClock(), options, startsThreads: false)
    }

    @Test("So many producers wait for identities, one more is refused; each gets one of its own")
    func waiting() throws {
        let log = try Self.openLog()
        let ids = try ProducerIDs(log)
        let answers = Monitor<[Result<Int64, TransactionError>]>([])
        let limit = BrokerLimits.producerIDRequestCountMax
        for _ in 0..<limit { ids.take { answer in answers.withLock { $0.append(answer) } } }
        #expect(answers.withLock { $0.isEmpty })
        ids.take { answer in answers.withLock { $0.append(answer) } }
        #expect(answers.withLock { $0 } == [.failure(.busy)])
        while log.driver.writeGroup() > 0 {}
        let given = answers.withLock { $0 }.compactMap { try? $0.get() }
        let first = try #require(given.first)
        #expect(given == Array(first..<first + Int64(limit)))
        try log.close()
    }

    @Test("A log's identities begin at a block of its own, and go on from there")
    func firstBlock() throws {
        let log = try Self.openLog()
        var firsts: [Int64] = []
        for seed in [1, 2, 3] as [UInt64] {
            let ids = try ProducerIDs(log, randomness: SeededRandomness(seed: seed))
            let answer = Monitor<Int64?>(nil)
            ids.take { result in answer.withLock { $0 = try? result.get() } }
            log.driver.writeGroup()
            firsts.append(try #require(answer.withLock { $0 }))
        }
        let count = BrokerLimits.producerIDBlockCount
        #expect(firsts == [firsts[0], firsts[0] + count, firsts[0] + 2 * count])
        #expect(firsts[0] > 0 && firsts[0] % count == 0)
        try log.close()
    }

    @Test("So many transactional ids are known, one more is refused until some are forgotten")
    func transactionalIDs() throws {
        let log = try Self.openLog()
        let clock = ManualClock()
        let coordinator = try TransactionCoordinator(log, clock: clock)
        func begin(_ number: Int) -> TransactionError? {
            let refusal = Monitor<TransactionError?>(nil)
            coordinator.initialize("\(number)", timeout: 1, expected: nil) { result in
                if case .failure(let error) = result { refusal.withLock { $0 = error } }
            }
            return refusal.withLock { $0 }
        }
        let limit = BrokerLimits.transactionalIDCountMax
        for number in 0..<limit - 1 { _ = begin(number) }
        #expect(begin(limit - 1) == .busy, "it has its place, and waits for an identity")
        #expect(
            begin(limit)
                == .limit(name: "number of transactional ids", found: limit + 1, limit: limit))
        // Ids that never got an identity are forgotten at once.
        coordinator.expire(at: clock.wallMilliseconds)
        #expect(begin(limit) == .busy)
        try log.close()
    }
}
