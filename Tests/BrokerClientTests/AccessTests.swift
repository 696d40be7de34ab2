import Broker
import Bytes
import CommitLog
import Connectors
import Filters
import KafkaWire
import Records
import Testing

@testable import BrokerClient

/// What the broker says itself and what a client of its server says are the same.
@Suite("A broker over the network", .timeLimit(.minutes(1)))
struct AccessTests {
    private static func settings() throws -> TopicSettings {
        var settings = TopicSettings(partitionCount: 3, format: .csv(columns: ["id", "näme"]))
        for (name, value) in [
            ("cleanup.policy", "compact,delete"), ("retention.ms", "86400000"),
            ("retention.bytes", "1048576"), ("min.compaction.lag.ms", "5"),
            ("max.compaction.lag.ms", "500"), ("delete.retention.ms", "7"),
            ("min.cleanable.dirty.ratio", "0.125"), ("segment.bytes", "2097152"),
            ("compression.zstd.level", "7"), ("max.message.bytes", "12345"),
            ("message.timestamp.type", "LogAppendTime"), ("durability", "os"),
            ("flush.ms", "99"),
        ] { try TopicConfig.set(name, to: value, in: &settings) }
        return settings
    }

    private static func words(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was refused"
    }

    @Test("Settings under their names make the same settings again")
    func configs() throws {
        for settings in [TopicSettings(), try Self.settings()] {
            var again = TopicSettings(
                partitionCount: settings.partitionCount, format: settings.format)
            for (name, value) in settings.configs {
                try TopicConfig.set(name, to: value, in: &again)
            }
            #expect(again == settings)
        }
    }

    @Test("Topics are made, changed, shown and deleted")
    func topics() async throws {
        try await RemoteDoor.open { broker, client in
            let settings = try Self.settings()
            try client.createTopic("all", settings)
            try client.createTopic("json", TopicSettings(format: .json))
            #expect(try broker.topic("all").settings == settings)
            for access in [broker, client] as [any BrokerAccess] {
                #expect(try access.topics().map(\.name) == ["all", "json"])
                let topic = try access.topic("all")
                #expect(topic.settings == settings)
                #expect(topic.createdAt == (try broker.topic("all").createdAt))
                #expect(
                    topic.partitions.map(\.id) == (try broker.topic("all").partitions.map(\.id)))
                #expect(try access.hasTopic("json"))
                #expect(try !access.hasTopic("jso"))
            }
            var plain = TopicSettings()
            try TopicConfig.set("retention.ms", to: "1000", in: &plain)
            try client.changeTopic("json", format: .raw, settings: plain)
            #expect(try broker.topic("json").settings == plain)
            try client.changeTopic("json", format: .csv(columns: ["a"]), settings: nil)
            plain.format = .csv(columns: ["a"])
            #expect(try broker.topic("json").settings == plain)
            try client.deleteTopic("json")
            #expect(broker.topics().map(\.name) == ["all"])
        }
    }

    @Test("What is refused is refused in the same words")
    func refusals() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("flights", TopicSettings(format: .json))
            let filter = FilterDefinition()
            let refused: [(any BrokerAccess) throws -> Void] = [
                { _ = try $0.topic("fligths") },
                { try $0.createTopic("flights", TopicSettings()) },
                { try $0.createTopic("no/name", TopicSettings()) },
                { try $0.createTopic("many", TopicSettings(partitionCount: 0)) },
                { try $0.changeTopic("nope", format: .raw, settings: nil) },
                { try $0.deleteTopic("fligths") },
                { try $0.trimTopic("flights", partition: 7, before: .offset(.zero)) },
                { try $0.compactTopic("flights") },
                { _ = try $0.summarizeBlocks(of: "nope") },
                { _ = try $0.subscription("nope") },
                { try $0.createSubscription("flights", topic: "flights", filter: filter) },
                { try $0.alterSubscription("nope", filter: filter) },
                { try $0.deleteSubscription("nope") },
                { _ = try $0.filterCounts(ofSubscription: "nope") },
                { _ = try $0.openSource(topic: "fligths", end: .current, selector: nil) },
            ]
            for (index, attempt) in refused.enumerated() {
                let own = Self.words { try attempt(broker) }
                #expect(own != "nothing was refused", "number \(index)")
                #expect(Self.words { try attempt(client) } == own, "number \(index)")
            }
        }
    }

    @Test("What is named often is told of once")
    func repeatedNames() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 1_000))
            try broker.createSubscription("s", topic: "t", filter: FilterDefinition(sql: "a = 1"))
            var topics = StoredTopicsRequest()
            topics.names = [String](repeating: "t", count: 10_000)
            #expect(try client.ask(topics).topics.count == 1)
            var subscriptions = SubscriptionsRequest()
            subscriptions.names = [String](repeating: "s", count: 10_000)
            #expect(try client.ask(subscriptions).subscriptions.count == 1)
        }
    }

    @Test("Subscriptions are made, changed, counted and deleted")
    func subscriptions() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 2, format: .json))
            let first = FilterDefinition(
                tag: nil, sql: "a > 1", pattern: nil, errorPolicy: .deliver, format: .json)
            let second = FilterDefinition(
                tag: "x || y", sql: nil, pattern: nil, errorPolicy: .drop, format: .json)
            try client.createSubscription("s", topic: "t", filter: first)
            let version = try client.alterSubscription("s", filter: second)
            #expect(version.number == 2)
            let counts = try Self.counts(of: second)
            #expect(!counts.isEmpty)
            try client.saveGroupPositions("g", stream: "s", [1: .zero], counts: [2: counts])
            for access in [broker, client] as [any BrokerAccess] {
                let all = try access.subscriptions()
                #expect(all.map(\.name) == ["s"])
                #expect(all.first?.topic == "t")
                #expect(try access.versions(of: "s").map(\.filter) == [first, second])
                #expect(
                    try access.versions(of: "s") == broker.subscription("s").versions)
                #expect(
                    try access.filterCounts(ofSubscription: "s")
                        == broker.filterCounts(ofSubscription: "s"))
            }
            try client.deleteSubscription("s")
            #expect(broker.subscriptions().isEmpty)
        }
    }

    /// What a filter counts over two records.
    private static func counts(of filter: FilterDefinition) throws -> FilterCounts {
        let selector = RecordSelector(conditions: [try SubscriptionFilter(filter)])
        var buffer = RecordBuffer()
        try BatchReader().read(RemoteDoor.batch(["{}", "{\"a\":2}"]).rawSpan, into: &buffer)
        var selection = Selection(all: 2)
        _ = try selector.select(
            from: buffer.block, of: RecordStream(topic: "t", partition: 0), now: 0,
            selection: &selection)
        return selector.conditionCounts[0]
    }

    @Test("Positions of groups are saved, shown and forgotten")
    func groups() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 2))
            let two = RecordOffset(rawValue: 2)
            try client.saveGroupPositions("g", stream: "t", [0: two, 1: .zero])
            try client.saveGroupPositions("h", stream: "t", [1: two])
            #expect(try client.groups() == broker.groups())
            #expect(
                try client.groupPositions("h", stream: "t")
                    == broker.groupPositions("h", stream: "t"))
            #expect(try client.groupPositions("h", stream: "t")[1]?.offset == two)
            #expect(try client.groupPositions("none", stream: "t").isEmpty)
            try client.deleteGroup("g", stream: "t")
            #expect(try broker.groups().map(\.group) == ["h"])
            #expect(throws: BrokerError.self) {
                try client.saveGroupPositions("g", stream: "t", [2: two])
            }
        }
    }

    @Test("A pipeline's commit is whole, and its progress comes back in parts")
    func progress() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 2))
            let partitions = try broker.topic("t").partitions
            #expect(try client.progress(ofPipeline: "p") == nil)
            var commit = PipelineCommit(pipeline: "p")
            commit.positions = [
                SplitName("a"): SourcePosition(bytes: [1, 2]),
                SplitName("ä\n"): SourcePosition(bytes: []),
            ]
            // Beyond what one answer holds.
            commit.state = (0..<20).map {
                StateChange(key: [UInt8($0)], value: [UInt8](repeating: UInt8($0), count: 1 << 20))
            }
            commit.keylessCount = 5
            commit.batches = [
                .init(
                    topic: "t", partition: 1, id: partitions[1].id,
                    bytes: RemoteDoor.batch(["a", "b"]) + RemoteDoor.batch(["c"]))
            ]
            try client.commit(commit)
            let progress = try client.progress(ofPipeline: "p")
            #expect(progress == (try broker.progress(ofPipeline: "p")))
            #expect(progress?.committed.positions == commit.positions)
            #expect(progress?.committed.state == commit.state)
            #expect(progress?.keylessCount == 5)
            #expect(try client.hasProgress(ofPipeline: "p"))
            #expect(try !client.hasProgress(ofPipeline: "q"))
            #expect(try broker.topic("t").partitions.map(\.end.rawValue) == [0, 3])
            try client.resetPipeline("p")
            #expect(try broker.progress(ofPipeline: "p") == nil)
            #expect(try broker.topic("t").recordCount == 3)
        }
    }

    @Test("A batch that is none leaves nothing of its commit")
    func untrusted() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 2))
            let partitions = try broker.topic("t").partitions
            let sound = RemoteDoor.batch(["a", "b"])
            var flipped = sound
            flipped[flipped.count - 1] ^= 1
            var control = sound
            control[22] |= 0x20
            let attempts: [(Int32, PartitionID, [UInt8])] = [
                (1, partitions[1].id, flipped), (1, partitions[1].id, control),
                (1, partitions[1].id, Array(sound.dropLast())),
                (1, partitions[1].id, sound + [0]), (1, partitions[0].id, sound),
                (2, partitions[1].id, sound), (-1, partitions[1].id, sound),
                (1, PartitionID(rawValue: .max), sound),
            ]
            for (index, id, bytes) in attempts {
                var commit = PipelineCommit(pipeline: "p")
                commit.positions = [SplitName("a"): SourcePosition(bytes: [1])]
                commit.batches = [
                    .init(topic: "t", partition: 0, id: partitions[0].id, bytes: sound),
                    .init(topic: "t", partition: index, id: id, bytes: bytes),
                ]
                #expect(throws: BrokerError.self) { try client.commit(commit) }
            }
            #expect(try broker.topic("t").recordCount == 0)
            #expect(try broker.progress(ofPipeline: "p") == nil)
        }
    }

    @Test("Records are read by offset and time, whole and in order")
    func source() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 2))
            let id = try broker.topic("t").partitions[0].id
            for round in 0..<50 {
                var commit = PipelineCommit(pipeline: nil)
                commit.batches = [
                    .init(
                        topic: "t", partition: 0, id: id,
                        bytes: RemoteDoor.batch((0..<10).map { "\(round * 10 + $0)" }))
                ]
                try broker.commit(commit)
            }
            for start in [0, 7, 499, 500] as [Int64] {
                let expected = (start..<500).map { "\($0)" }
                for access in [broker, client] as [any BrokerAccess] {
                    let source = try access.openSource(topic: "t", end: .current, selector: nil)
                    try source.seek(partition: 0, to: RecordOffset(rawValue: start))
                    #expect(try Self.values(source, byteCountMax: 300) == expected)
                }
            }
            let source = try client.openSource(topic: "t", end: .current, selector: nil)
            try source.seek(toTimestamp: 10)
            #expect(try Self.values(source, byteCountMax: 1 << 20) == [])
            try source.seek(toTimestamp: 9)
            #expect(try Self.values(source, byteCountMax: 1 << 20).first == "9")
            try client.trimTopic("t", partition: nil, before: .offset(RecordOffset(rawValue: 20)))
            #expect(try broker.topic("t").partitions.map(\.start.rawValue) == [20, 0])
            #expect(try client.storage(of: "t") == broker.storage(of: "t"))
        }
    }

    @Test("A reader of one partition waits for that one, however much the others hold")
    func waiting() async throws {
        try await RemoteDoor.open { broker, client in
            try broker.createTopic("t", TopicSettings(partitionCount: 3))
            let id = try broker.topic("t").partitions[1].id
            var commit = PipelineCommit(pipeline: nil)
            commit.batches = [
                .init(topic: "t", partition: 1, id: id, bytes: RemoteDoor.batch(["a"]))
            ]
            try broker.commit(commit)
            let source = try RemoteTopicSource(client, topic: "t", end: .never, selector: nil)
            var buffer = RecordBuffer()
            var rejected: [RejectedRecord] = []
            func read(_ partition: Int) throws -> SourceStatus {
                try source.read(
                    source.splits[partition], into: &buffer, rejected: &rejected,
                    byteCountMax: 1_000)
            }
            #expect(try read(0) == .idle)
            #expect(source.idlePartitions == [0])
            #expect(try read(1) == .records)
            #expect(source.idlePartitions == [0])
            #expect(try read(1) == .idle)
            #expect(source.idlePartitions == [0, 1])
            try broker.commit(commit)
            #expect(source.waitForInput())
            #expect(try read(1) == .records)
            #expect(source.idlePartitions == [0])
        }
    }

    @Test("A commit that no server takes is refused before it is sent")
    func commitLimit() async throws {
        try await RemoteDoor.open { broker, client in
            var commit = PipelineCommit(pipeline: "p")
            commit.state = [
                StateChange(
                    key: [1],
                    value: [UInt8](repeating: 0, count: ClientLimits.commitByteCountMax))
            ]
            #expect(throws: BrokerError.self) { try client.commit(commit) }
            let isKnown = try client.hasProgress(ofPipeline: "p")
            #expect(!isKnown)
        }
    }

    private static func values(
        _ source: any TopicReading, byteCountMax: Int
    ) throws -> [String] {
        var values: [String] = []
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        for split in source.splits {
            while try source.read(
                split, into: &buffer, rejected: &rejected, byteCountMax: byteCountMax) == .records
            {
                values += Self.values(buffer.block)
            }
        }
        return values
    }

    private static func values(_ block: borrowing RecordBlock) -> [String] {
        var values: [String] = []
        for row in 0..<block.count {
            guard let value = block.value(row) else { continue }
            values.append(String(decoding: [UInt8](copying: value), as: UTF8.self))
        }
        return values
    }
}
