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
}
