import CommitLog
import Platform
import Records
import Testing

@testable import Broker

/// What a transaction is for: after a crash its records, in all partitions, and the position that it
/// commits are there together or not at all, and nothing stays undecided.
@Suite("A transaction and a crash")
struct TransactionCrashTests {
    private static let places = [0, 1].map { TopicPartition(topic: "t", partition: $0) }
    /// How each transaction ends.
    private static let outcomes: [ControlMarker] = [.commit, .abort, .commit]

    /// Runs transactions until the disk fails.
    ///
    /// - Returns: how many were ended and acknowledged.
    private static func run(_ harness: BrokerHarness) -> Int {
        var acknowledged = 0
        do {
            var broker = try harness.open(commitFileByteCount: 2_000)
            defer { try? broker.close() }
            try broker.createTopic("t", TopicSettings(partitionCount: 2))
            var client = try TransactionClient(broker, "x")
            for (number, outcome) in outcomes.enumerated() {
                guard client.add(places) == nil, client.addOffsets("g") == nil,
                    client.produce(["\(number)"], "t", 0) == nil,
                    client.produce(["\(number)"], "t", 1) == nil,
                    client.commitOffsets([offset(number)], "g") == nil,
                    client.end(outcome) == nil
                else { break }
                acknowledged += 1
                if number == 0 { try broker.log.sealNow() }
                if number == 1 {
                    try broker.close()
                    broker = try harness.open(commitFileByteCount: 2_000)
                    client = TransactionClient(broker, resuming: client)
                }
            }
        } catch {
            // The disk failed as it was told to.
        }
        return acknowledged
    }

    private static func offset(_ number: Int) -> TransactionOffset {
        let position = GroupPosition(offset: RecordOffset(rawValue: Int64(number + 1)), savedAt: 0)
        return TransactionOffset(stream: "t", partition: 0, position: position)
    }

    /// What must be visible once the first `count` transactions have ended: values, and the group's
    /// position.
    private static func visible(_ count: Int) -> (values: [String], position: Int64?) {
        let committed = outcomes.prefix(count).enumerated().filter { $0.element == .commit }
        return (committed.map { "\($0.offset)" }, committed.last.map { Int64($0.offset + 1) })
    }

    private static func problem(_ harness: BrokerHarness, acknowledged: Int) throws -> String? {
        let broker = try harness.open(commitFileByteCount: 2_000)
        defer { try? broker.close() }
        guard broker.hasTopic("t") else { return acknowledged == 0 ? nil : "the topic is gone" }
        let (first, second) = (visible(acknowledged), visible(acknowledged + 1))
        func found() throws -> (values: [[String]], position: Int64?) {
            let position = try broker.groupPositions("g", stream: "t")[0]?.offset.rawValue
            return (try BrokerHarness.values(broker, "t"), position)
        }
        let before = try found()
        guard
            [first, second].contains(where: {
                before.values == [$0.values, $0.values] && before.position == $0.position
            })
        else { return "found \(before), acknowledged \(acknowledged)" }
        // The producer comes back; what it had open is aborted, and nothing is undecided.
        var client = try TransactionClient(broker, "x")
        guard TransactionTests.isDecided(broker) else { return "a transaction stays open" }
        guard client.add(places) == nil, client.produce(["z"], "t", 0) == nil,
            client.end(.commit) == nil
        else { return "the producer cannot go on" }
        let after = try found()
        guard after.values == [before.values[0] + ["z"], before.values[1]],
            after.position == before.position
        else { return "going on: found \(after), before \(before)" }
        return nil
    }

    @Test("Power lost during any call: each transaction is there whole or not, and none stays open")
    func everyCall() throws {
        let whole = BrokerHarness()
        #expect(Self.run(whole) == Self.outcomes.count)
        let callCount = whole.fileSystem.callCount
        var cases = 0
        for call in 1...callCount {
            let harness = BrokerHarness()
            harness.fileSystem.inject(.powerLoss, atCall: call)
            let acknowledged = Self.run(harness)
            for outcome in [
                CrashOutcome.unsyncedLost, .unsyncedKept, .unsyncedMixed(seed: UInt64(call)),
            ] {
                cases += 1
                var crashed = harness
                crashed.crash(outcome)
                let problem = try Self.problem(crashed, acknowledged: acknowledged)
                #expect(problem == nil, "call \(call) of \(callCount), \(outcome)")
            }
        }
        print("transactions and a crash at every call: \(callCount) calls, \(cases) crashes")
    }
}
