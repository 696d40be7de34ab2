import Testing

@testable import Broker

@Suite("More partitions for a topic")
struct GrowthTests {
    private func problem(_ body: () throws -> Void) -> BrokerError? {
        do { try body() } catch { return error as? BrokerError }
        return nil
    }

    /// What broke: a topic that had as many partitions as a topic may have made an empty range of the
    /// counts that it could grow to, and any client's CreatePartitions ended the process.
    @Test("A topic at the limit of partitions does not grow, whatever count is asked for")
    func full() throws {
        let broker = try BrokerHarness().open(commitFileByteCount: 4 << 20)
        try broker.createTopic("big", TopicSettings(partitionCount: 9_999))
        #expect(problem { try broker.growTopic("big", to: 10_001) } != nil)
        try broker.growTopic("big", to: TopicSettings.partitionCountMax)
        for count in [Int32.min, -1, 0, 9_999, 10_000, 10_001, .max] {
            guard
                case .invalidSetting("partitions", _, _)? = problem({
                    try broker.growTopic("big", to: count)
                })
            else {
                Issue.record("\(count) is taken")
                continue
            }
        }
        #expect(try broker.topic("big").settings.partitionCount == 10_000)
        try broker.close()
    }

    @Test("All topics together have so many partitions: one below, at, and one above the limit")
    func total() throws {
        let harness = BrokerHarness()
        var broker = try harness.open(partitionCountMax: 6)
        func refusal(_ body: () throws -> Void) -> String? {
            guard case .tooManyPartitions(let found, let limit)? = problem(body) else { return nil }
            return "\(found) of \(limit)"
        }
        try broker.createTopic("a", TopicSettings(partitionCount: 2))
        try broker.createTopic("b", TopicSettings(partitionCount: 3))
        for validatesOnly in [true, false] {
            #expect(
                refusal {
                    try broker.createTopic(
                        "c", TopicSettings(partitionCount: 2), validatesOnly: validatesOnly)
                } == "7 of 6")
            #expect(
                refusal { try broker.growTopic("a", to: 4, validatesOnly: validatesOnly) }
                    == "7 of 6")
        }
        try broker.growTopic("a", to: 3)
        #expect(refusal { try broker.createTopic("c", TopicSettings()) } == "7 of 6")
        try broker.deleteTopic("b")
        try broker.createTopic("c", TopicSettings(partitionCount: 2))
        try broker.close()
        // They count as before after a start, and what is there stays if the limit is lower.
        broker = try harness.open(partitionCountMax: 6)
        #expect(
            refusal { try broker.createTopic("d", TopicSettings(partitionCount: 2)) } == "7 of 6")
        try broker.createTopic("d", TopicSettings())
        try broker.close()
        broker = try harness.open(partitionCountMax: 2)
        #expect(broker.topics().count == 3)
        #expect(refusal { try broker.growTopic("d", to: 2) } == "7 of 2")
        try broker.close()
    }
}
