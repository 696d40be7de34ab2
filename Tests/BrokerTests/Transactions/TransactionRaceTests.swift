import Broker
import CommitLog
import Platform
import Records
import Testing

/// Producers, their zombies and the clock, all at once: no record comes behind its marker, and readers
/// of committed records are never held up for good.
@Suite("Transactions that race", .timeLimit(.minutes(1)))
struct TransactionRaceTests {
    private static let rounds = 60
    private static let places = [0, 1].map { TopicPartition(topic: "t", partition: $0) }

    /// Transactions of one id: each writes the same value to both partitions, and ends, times out or
    /// is left for the next one.
    private static func live(_ broker: Broker, _ id: String, _ clock: ManualClock, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        guard var client = try? TransactionClient(broker, id, timeout: 50) else { return }
        for round in 0..<rounds {
            guard client.add(places) == nil else {
                try? client.initialize()
                continue
            }
            let value = "\(id) \(round)"
            if client.produce([value], "t", 0) == nil { client.produce([value], "t", 1) }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: clock.advance(by: .milliseconds(60))
            case 1:
                // Whoever is fenced goes on as if it did not know, while its heir begins.
                let fenced = client
                let thread = WorkerThread(name: "zombie") {
                    var zombie = fenced
                    for number in 0..<10 { zombie.produce(["zombie \(number)"], "t", 0) }
                    _ = zombie.end(.abort)
                }
                try? client.initialize()
                thread?.join()
            case 2: _ = client.end(.abort)
            default: _ = client.end(.commit)
            }
        }
    }

    @Test("What is committed is whole, and once the time is over nothing is undecided")
    func racing() throws {
        let harness = BrokerHarness()
        let broker = try harness.open()
        try broker.createTopic("t", TopicSettings(partitionCount: 2))
        let clock = harness.clock
        let isOver = Monitor(false)
        let threads = (0..<4).compactMap { number in
            WorkerThread(name: "producer \(number)") {
                Self.live(broker, "x\(number)", clock, seed: UInt64(number))
            }
        }
        let timer = WorkerThread(name: "timer") {
            while isOver.wait(timeout: .milliseconds(1), until: { $0 ? true : nil }) == nil {
                broker.expireTransactions()
            }
        }
        for thread in threads { thread.join() }
        isOver.withLock { $0 = true }
        isOver.notifyAll()
        timer?.join()
        clock.advance(by: .milliseconds(50))
        broker.expireTransactions()
        // On a busy machine all of theirs may have timed out: one that cannot.
        var last = try TransactionClient(broker, "last")
        #expect(last.add(Self.places) == nil)
        for place in Self.places { #expect(last.produce(["last"], "t", place.partition) == nil) }
        #expect(last.end(.commit) == nil)
        try broker.log.checkpoint()  // Behind the last marker in the queue.
        #expect(TransactionTests.isDecided(broker))
        let values = try BrokerHarness.values(broker, "t")
        // Their transactions were aborted, by themselves or by their heirs.
        #expect(!values.joined().contains { $0.hasPrefix("zombie") })
        #expect(Set(values[0]) == Set(values[1]))
        #expect(values[0].count == Set(values[0]).count && values[0].last == "last")
        let statuses = Set(broker.allTransactions().map(\.status))
        #expect(statuses.isDisjoint(with: [.ongoing, .prepareAbort, .prepareCommit]))
        print("racing transactions: \(values[0].count) committed")
        try broker.close()
    }
}
