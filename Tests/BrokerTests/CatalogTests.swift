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
        var storage = PartitionOptions(compressionLevel: 7)
        storage.retentionMilliseconds = 5_000
        let settings = TopicSettings(
            partitionCount: 3, format: .csv(columns: ["a", "b"]), storage: storage)
        let filter = FilterDefinition(tag: "A || B")
        var broker = try harness.open()
        try broker.createTopic("orders", settings)
        try broker.createTopic("other", TopicSettings())
        try broker.createSubscription("mine", topic: "orders", filter: filter)
        try broker.alterSubscription("mine", filter: FilterDefinition(tag: "C"))
        try broker.alterTopic("other", format: .json)
        storage.cleanup = .compact
        try broker.alterTopic("other", storage: storage)
        try broker.close()
        broker = try harness.open()
        #expect(broker.topics().map(\.name) == ["orders", "other"])
        #expect(
            try broker.topic("other").settings
                == TopicSettings(partitionCount: 1, format: .json, storage: storage))
        let topic = try broker.topic("orders")
        #expect(topic.settings == settings && topic.subscriptions == ["mine"])
        #expect(topic.partitions.map(\.index) == [0, 1, 2])
        let subscription = try broker.subscription("mine")
        #expect(
            subscription.current.number == 2 && subscription.filter == FilterDefinition(tag: "C"))
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
            message {
                try broker.createTopic("n", TopicSettings(storage: .init(compressionLevel: 20)))
            }?
            .contains("1 to 19") == true)
        #expect(
            message { try broker.alterTopic("flights", format: .csv(columns: [])) }?
                .contains("columns cannot be 0 columns") == true)
        #expect(try broker.topic("flights").settings.format == .raw)
        try broker.close()
    }

    @Test("A setting by Kafka's name is taken, or refused with its rule or the nearest name")
    func configuration() throws {
        var settings = TopicSettings()
        for (name, value) in [
            ("cleanup.policy", "delete, compact"), ("retention.ms", "1000"),
            ("retention.bytes", "-1"), ("min.compaction.lag.ms", "1"),
            ("max.compaction.lag.ms", "9223372036854775807"), ("delete.retention.ms", "2"),
            ("min.cleanable.dirty.ratio", "0.25"), ("segment.bytes", "1048576"),
            ("segment.ms", "3"),
            ("compression.zstd.level", "9"), ("durability", "os"), ("max.message.bytes", "1000"),
            ("message.timestamp.type", "LogAppendTime"),
        ] { try TopicConfig.set(name, to: value, in: &settings) }
        var expected = PartitionOptions(compressionLevel: 9)
        expected.cleanup = .compactAndDelete
        expected.retentionMilliseconds = 1_000
        expected.compactionLagMinMilliseconds = 1
        expected.deleteRetentionMilliseconds = 2
        expected.dirtyRatioMin = 0.25
        expected.segmentByteCount = 1_048_576
        expected.segmentMilliseconds = 3
        expected.durability = .os
        #expect(settings.storage == expected)
        #expect(settings.messageByteCountMax == 1_000 && settings.timestampType == .logAppendTime)
        var copy = TopicSettings()
        for setting in TopicConfig.allCases {
            guard let value = setting.value(in: settings) else { continue }
            try TopicConfig.set(setting.rawValue, to: value, in: &copy)
        }
        #expect(copy == settings, "what is shown can be set")
        for (name, value, text) in [
            ("retention.m", "1", "Did you mean 'retention.ms'?"),
            ("retention.ms", "x", "-1 for no"),
            ("cleanup.policy", "purge", "compact,delete"), ("durability", "never", "fsync, os"),
            ("min.cleanable.dirty.ratio", "2", "0 to 1"),
            ("compression.zstd.level", "0", "1 to 19"),
            ("delete.retention.ms", "-1", "0 or more"), ("max.message.bytes", "-1", "0 to"),
            ("max.message.bytes", "\(BrokerLimits.messageByteCountMax + 1)", "0 to"),
            ("message.timestamp.type", "logappendtime", "CreateTime or LogAppendTime"),
        ] {
            #expect(
                message { try TopicConfig.set(name, to: value, in: &settings) }?.contains(text)
                    == true, "\(name)=\(value)")
        }
    }

    @Test("A topic that compacts takes no record without a key, and says what to do")
    func keyless() throws {
        let broker = try harness.open()
        var storage = PartitionOptions()
        storage.cleanup = .compact
        try broker.createTopic("users", TopicSettings(storage: storage))
        let target = try TopicTarget(broker, topics: [.main: "users"], pipeline: nil)
        try BrokerHarness.write(["a", "a", "b"], to: target)
        try target.commit(positions: [:], state: [])
        #expect(
            message { try BrokerHarness.write([nil], from: 3, to: target) }?.contains(
                "--cleanup delete") == true)
        try broker.compactTopic("users")
        #expect(try BrokerHarness.values(broker, "users") == [["1", "2"]])
        try broker.createTopic("events", TopicSettings())
        #expect(
            message { try broker.compactTopic("events") }?.contains("--cleanup compact") == true)
        try broker.close()
    }

    @Test("A topic is trimmed up to an offset or a time; what is behind the end is not asked for")
    func trim() throws {
        var broker = try harness.open()
        try broker.createTopic("t", TopicSettings())
        let target = try TopicTarget(broker, topics: [.main: "t"], pipeline: nil)
        try BrokerHarness.write(["a", "b", "c", "d", "e"], to: target)
        try target.commit(positions: [:], state: [])
        try broker.trimTopic("t", partition: 0, before: .offset(RecordOffset(rawValue: 2)))
        #expect(try broker.topic("t").partitions[0].start == RecordOffset(rawValue: 2))
        try broker.trimTopic("t", partition: nil, before: .offset(RecordOffset(rawValue: 1)))
        try broker.trimTopic("t", partition: nil, before: .time(1_003))
        #expect(try BrokerHarness.values(broker, "t") == [["3", "4"]])
        #expect(
            message { try broker.trimTopic("t", partition: 1, before: .time(0)) }?.contains(
                "has no partition 1") == true)
        try broker.trimTopic("t", partition: nil, before: .offset(RecordOffset(rawValue: 99)))
        try broker.close()
        broker = try harness.open()
        #expect(try BrokerHarness.values(broker, "t") == [[]])
        #expect(try broker.topic("t").partitions[0].end == RecordOffset(rawValue: 5))
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
        var subscription = SubscriptionRecord(
            topic: "t", createdAt: 1,
            versions: [
                SubscriptionVersion(
                    number: 3, filter: FilterDefinition(tag: "A"), changedAt: 2,
                    starts: [.zero, .zero])
            ])
        let isAdded = subscription.add(
            FilterDefinition(tag: "B"), changedAt: 9,
            bounds: [(.zero, RecordOffset(rawValue: 300)), (.zero, .zero)])
        #expect(isAdded)
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
