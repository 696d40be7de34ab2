import CommitLog
import Connectors
import Filters
import Platform
import Records
import Testing

@testable import Broker

@Suite("Topics and subscriptions")
struct CatalogTests {
    private let harness = BrokerHarness()

    @Test("Topics and subscriptions are there after a restart, with their settings")
    func restart() throws {
        let settings = TopicSettings(
            partitionCount: 3, format: .csv(columns: ["a", "b"]), compressionLevel: 7)
        let filter = FilterDefinition(tag: "A || B")
        var broker = try harness.open()
        try broker.createTopic("orders", settings)
        try broker.createTopic("other", TopicSettings())
        try broker.createSubscription("mine", topic: "orders", filter: filter)
        try broker.alterSubscription("mine", filter: FilterDefinition(tag: "C"))
        try broker.alterTopic("other", format: .json)
        try broker.close()
        broker = try harness.open()
        #expect(broker.topics().map(\.name) == ["orders", "other"])
        #expect(try broker.topic("other").settings.format == .json)
        let topic = try broker.topic("orders")
        #expect(topic.settings == settings && topic.subscriptions == ["mine"])
        #expect(topic.partitions.map(\.index) == [0, 1, 2])
        let subscription = try broker.subscription("mine")
        #expect(subscription.version == 2 && subscription.filter == FilterDefinition(tag: "C"))
        try broker.close()
    }

    @Test("Mistakes are named, with the most similar name")
    func mistakes() throws {
        let broker = try harness.open()
        try broker.createTopic("flights", TopicSettings())
        try broker.createSubscription("late", topic: "flights", filter: FilterDefinition(tag: "A"))
        #expect(
            message { _ = try broker.topic("fligths") }?.contains("Did you mean 'flights'?") == true
        )
        #expect(message { _ = try broker.topic("x") }?.contains("Did you mean") == false)
        #expect(
            message { try broker.createTopic("flights", TopicSettings()) }?.contains(
                "exists already") == true)
        #expect(
            message { try broker.createTopic("late", TopicSettings()) }?.contains(
                "belongs to a subscription") == true)
        #expect(
            message {
                try broker.createSubscription(
                    "flights", topic: "flights", filter: FilterDefinition(tag: "A"))
            }?.contains("belongs to a topic") == true)
        #expect(
            message { try broker.deleteTopic("flights") }?.contains("has subscriptions: late")
                == true)
        #expect(message { try broker.createTopic("a/b", TopicSettings()) }?.contains("'/'") == true)
        #expect(
            message { try broker.createTopic("n", TopicSettings(partitionCount: 0)) }?
                .contains("partitions cannot be 0") == true)
        #expect(
            message { try broker.createTopic("n", TopicSettings(compressionLevel: 20)) }?
                .contains("1 to 19") == true)
        #expect(
            message { try broker.alterTopic("flights", format: .csv(columns: [])) }?
                .contains("columns cannot be 0 columns") == true)
        #expect(try broker.topic("flights").settings.format == .raw)
        try broker.close()
    }

    @Test("A deleted topic takes its records along, and its name can be used again")
    func delete() throws {
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let before = try broker.topic("t").partitions[0].id
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        try BrokerHarness.write(["a"], to: target)
        try target.commit(positions: [:], state: [])
        try broker.deleteTopic("t")
        #expect(!broker.hasTopic("t"))
        try broker.createTopic("t", TopicSettings())
        try broker.close()
        broker = try harness.open()
        #expect(try broker.topic("t").partitions[0].id != before)
        #expect(try BrokerHarness.values(broker, "t") == [[]])
        try broker.close()
    }

    @Test("Every truncation of a stored record is refused")
    func truncation() {
        let topic = TopicRecord(
            settings: TopicSettings(partitionCount: 2, format: .csv(columns: ["ä", ""])),
            partitions: [PartitionID(rawValue: 4), PartitionID(rawValue: 5)], createdAt: 77)
        #expect(TopicRecord(decoding: topic.encoded()) == topic)
        let subscription = SubscriptionRecord(
            topic: "t", filter: FilterDefinition(tag: "A"), version: 3, createdAt: 1, changedAt: 2)
        #expect(SubscriptionRecord(decoding: subscription.encoded()) == subscription)
        let position = GroupPosition(offset: RecordOffset(rawValue: 9), savedAt: 5)
        #expect(GroupPosition(decoding: position.encoded()) == position)
        for count in 0..<topic.encoded().count {
            #expect(TopicRecord(decoding: Array(topic.encoded()[..<count])) == nil)
        }
        for count in 0..<subscription.encoded().count {
            #expect(SubscriptionRecord(decoding: Array(subscription.encoded()[..<count])) == nil)
        }
        for count in 0..<position.encoded().count {
            #expect(GroupPosition(decoding: Array(position.encoded()[..<count])) == nil)
        }
    }

    /// What the broker says to a mistake; nil if it sees none.
    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
