import Broker
import CommitLog
import Filters
import KafkaWire
import Records
import Testing

@testable import KafkaGateway

@Suite("Requests about settings, in all their versions", .timeLimit(.minutes(1)))
struct ConfigHandlerTests {
    private typealias Config = DescribeConfigsResponse.Resource.Config

    private static func describe(
        _ door: KafkaDoor, _ name: String, type: Int8 = 2, keys: [String]? = nil,
        version: Int16? = nil
    ) async throws -> DescribeConfigsResponse.Resource {
        var request = DescribeConfigsRequest()
        var resource = DescribeConfigsRequest.Resource()
        resource.resourceType = type
        resource.resourceName = name
        resource.configurationKeys = keys
        request.resources = [resource]
        request.includeSynonyms = true
        request.includeDocumentation = true
        return try #require(try await door.ask(request, version: version).results.first)
    }

    @Test(
        "A topic's settings are told with where they come from and what they are",
        arguments: 0...4 as ClosedRange<Int16>)
    func describe(version: Int16) async throws {
        let door = try KafkaDoor()
        var settings = TopicSettings()
        settings.storage.retentionMilliseconds = 5_000
        try door.broker.createTopic("t", settings)
        let all = try await Self.describe(door, "t", version: version)
        #expect(all.errorCode == .none && all.resourceName == "t")
        #expect(all.configs.count == TopicConfig.allCases.count + KeptConfig.allCases.count)
        let retention = try #require(all.configs.first { $0.name == "retention.ms" })
        let cleanup = try #require(all.configs.first { $0.name == "cleanup.policy" })
        #expect(retention.value == "5000" && cleanup.value == "delete")
        #expect(!retention.readOnly && !retention.isSensitive)
        if version == 0 { #expect(cleanup.isDefault && !retention.isDefault) }
        if version >= 1 {
            #expect(retention.configSource == 1 && cleanup.configSource == 5)
            #expect(retention.synonyms.map(\.value) == ["5000", "-1"])
            #expect(retention.synonyms.map(\.source) == [1, 5])
            #expect(cleanup.synonyms.map(\.value) == ["delete"])
        }
        if version >= 3 { #expect(retention.configType == 5 && cleanup.configType == 7) }
        let some = try await Self.describe(
            door, "t", keys: ["retention.ms", "unknown"], version: version)
        #expect(some.configs.map(\.name) == ["retention.ms"])
        try await door.close()
    }

    @Test("A subscription has its topic's settings; the broker its own; others are refused")
    func resources() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        try door.broker.createSubscription("sub", topic: "t", filter: .init(pattern: "x"))
        let rows: [(String, Int8, KafkaErrorCode)] = [
            ("sub", 2, .none), ("none", 2, .unknownTopicOrPartition), ("1", 4, .none),
            ("", 4, .none),
            ("2", 4, .invalidRequest), ("x", 4, .invalidRequest), ("1", 8, .invalidRequest),
            ("t", 0, .invalidRequest), ("t", -1, .invalidRequest),
        ]
        for (name, type, code) in rows {
            let resource = try await Self.describe(door, name, type: type)
            #expect(resource.errorCode == code, "\(name) \(type)")
            #expect((resource.errorMessage == nil) == (code == .none))
            #expect(resource.configs.isEmpty == (code != .none))
        }
        let group = try await Self.describe(door, "any", type: 32)
        #expect(group.errorCode == .none)
        #expect(
            group.configs.map(\.name) == [
                "consumer.heartbeat.interval.ms", "consumer.session.timeout.ms",
            ])
        #expect(group.configs.map(\.value) == ["5000", "45000"])
        #expect(try await Self.describe(door, "", type: 32).errorCode == .invalidGroupID)
        let broker = try await Self.describe(door, "1", type: 4)
        #expect(broker.configs.allSatisfy { $0.readOnly && $0.configSource == 4 })
        #expect(broker.configs.map(\.name) == broker.configs.map(\.name).sorted())
        let retention = broker.configs.first { $0.name == "offsets.retention.minutes" }
        #expect(retention?.value == "10080")
        try await door.close()
    }

    private typealias Change = (name: String, operation: Int8, value: String?)

    private static func alter(
        _ door: KafkaDoor, _ name: String, _ changes: [Change], type: Int8 = 2,
        validateOnly: Bool = false, version: Int16? = nil
    ) async throws -> KafkaErrorCode? {
        var request = IncrementalAlterConfigsRequest()
        var resource = IncrementalAlterConfigsRequest.Resource()
        resource.resourceType = type
        resource.resourceName = name
        resource.configs = changes.map {
            var config = IncrementalAlterConfigsRequest.Resource.Config()
            config.name = $0.name
            config.configOperation = $0.operation
            config.value = $0.value
            return config
        }
        request.resources = [resource]
        request.validateOnly = validateOnly
        return try await door.ask(request, version: version).responses.first?.errorCode
    }

    @Test(
        "Single settings are set, reset, and lists grow and shrink",
        arguments: 0...1 as ClosedRange<Int16>)
    func incremental(version: Int16) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        func value(_ name: String) async throws -> String? {
            try await Self.describe(door, "t", keys: [name]).configs.first?.value
        }
        func alter(_ change: Change) async throws -> KafkaErrorCode? {
            try await Self.alter(door, "t", [change], version: version)
        }
        #expect(try await alter(("retention.ms", 0, "7")) == KafkaErrorCode.none)
        #expect(try await value("retention.ms") == "7")
        #expect(try await alter(("retention.ms", 1, nil)) == KafkaErrorCode.none)
        #expect(try await value("retention.ms") == "-1")
        #expect(try await alter(("cleanup.policy", 2, "compact")) == KafkaErrorCode.none)
        #expect(try await value("cleanup.policy") == "compact,delete")
        #expect(try await alter(("cleanup.policy", 3, "delete")) == KafkaErrorCode.none)
        #expect(try await value("cleanup.policy") == "compact")
        #expect(try await alter(("cleanup.policy", 3, "compact")) == .invalidConfig)
        #expect(try await alter(("flush.ms", 0, "9")) == KafkaErrorCode.none)
        #expect(try await value("flush.ms") == "9", "it is kept, though it means nothing here")
        #expect(try await alter(("flush.ms", 1, nil)) == KafkaErrorCode.none)
        #expect(try await value("flush.ms") == "9223372036854775807")
        #expect(try await alter(("segment.ms", 0, "0")) == .invalidConfig)
        #expect(try await alter(("retention.ms", 2, "1")) == .invalidConfig, "it is no list")
        #expect(try await alter(("retention.ms", 4, "1")) == .invalidRequest)
        #expect(try await alter(("no.such", 0, "1")) == .invalidConfig)
        #expect(try await alter(("no.such", 1, nil)) == .invalidConfig)
        try await door.close()
    }

    @Test("Every setting goes back to its default", arguments: TopicConfig.allCases)
    func reset(config: TopicConfig) async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        let standard = try await Self.describe(door, "t", keys: [config.rawValue])
        let samples: [TopicConfig: String] = [
            .cleanupPolicy: "compact", .dirtyRatioMin: "0.9", .compressionLevel: "5",
            .timestampType: "LogAppendTime", .durability: "os", .segmentByteCount: "1000000",
        ]
        let sample = samples[config] ?? "123456"
        #expect(
            try await Self.alter(door, "t", [(config.rawValue, 0, sample)]) == KafkaErrorCode.none)
        let set = try await Self.describe(door, "t", keys: [config.rawValue])
        #expect(set.configs.map(\.value) == [sample])
        #expect(set.configs.map(\.configSource) == [1])
        #expect(try await Self.alter(door, "t", [(config.rawValue, 1, nil)]) == KafkaErrorCode.none)
        let reset = try await Self.describe(door, "t", keys: [config.rawValue])
        #expect(reset.configs.map(\.value) == standard.configs.map(\.value))
        #expect(reset.configs.map(\.configSource) == [5])
        try await door.close()
    }

    @Test("A change is made as a whole or not at all, and not when it is only tried")
    func whole() async throws {
        let door = try KafkaDoor()
        try door.broker.createTopic("t", TopicSettings())
        try door.broker.createSubscription("sub", topic: "t", filter: .init(pattern: "x"))
        let before = try door.broker.topic("t").settings
        let good: Change = ("retention.ms", 0, "7")
        #expect(
            try await Self.alter(door, "t", [good, ("retention.bytes", 0, "x")]) == .invalidConfig)
        #expect(try await Self.alter(door, "t", [good, good]) == .invalidRequest)
        #expect(
            try await Self.alter(door, "t", [good], validateOnly: true) == KafkaErrorCode.none)
        #expect(
            try await Self.alter(door, "none", [good], validateOnly: true)
                == .unknownTopicOrPartition)
        #expect(try await Self.alter(door, "sub", [good]) == .policyViolation)
        #expect(try await Self.alter(door, "1", [good], type: 4) == .invalidRequest)
        #expect(try door.broker.topic("t").settings == before)
        try await door.close()
    }

    @Test(
        "All settings at once: what is not named goes back to its default",
        arguments: 0...2 as ClosedRange<Int16>)
    func all(version: Int16) async throws {
        let door = try KafkaDoor()
        var settings = TopicSettings(format: .json)
        settings.storage.retentionMilliseconds = 5
        settings.kept[.flushTime] = "9"
        try door.broker.createTopic("t", settings)
        func alter(_ configs: [(String, String?)], _ names: [String] = ["t"]) async throws
            -> [KafkaErrorCode]
        {
            var request = AlterConfigsRequest()
            request.resources = names.map { name in
                var resource = AlterConfigsRequest.Resource()
                resource.resourceType = 2
                resource.resourceName = name
                resource.configs = configs.map {
                    var config = AlterConfigsRequest.Resource.Config()
                    (config.name, config.value) = $0
                    return config
                }
                return resource
            }
            return try await door.ask(request, version: version).responses.map(\.errorCode)
        }
        #expect(try await alter([("retention.bytes", "8")]) == [KafkaErrorCode.none])
        let changed = try door.broker.topic("t").settings
        #expect(changed.storage.retentionByteCount == 8)
        #expect(changed.storage.retentionMilliseconds == nil && changed.kept.isEmpty)
        #expect(changed.format == .json, "that is not Kafka's to say")
        #expect(try await alter([("retention.ms", "x")]) == [.invalidConfig])
        #expect(try await alter([], ["t", "t"]) == [.invalidRequest, .invalidRequest])
        #expect(try await alter([], ["none"]) == [.unknownTopicOrPartition])
        try await door.close()
    }

    @Test(
        "The cluster is this broker; whoever wants a controller is told so",
        arguments: 0...1 as ClosedRange<Int16>)
    func cluster(version: Int16) async throws {
        let door = try KafkaDoor()
        var request = DescribeClusterRequest()
        let answer = try await door.ask(request, version: version)
        #expect(answer.errorCode == .none && answer.clusterID == door.service.clusterID)
        #expect(answer.brokers.map(\.brokerID) == [1] && answer.controllerID == 1)
        #expect(answer.clusterAuthorizedOperations == .min)
        request.includeClusterAuthorizedOperations = true
        // All that a cluster has but Read, Write and Delete, by Kafka's AclEntry: 7 bits.
        let bits = try await door.ask(request, version: version).clusterAuthorizedOperations
        #expect(bits == 0b1_1111_1010_0000)
        guard version >= 1 else { return try await door.close() }
        request.endpointType = 2
        #expect(try await door.ask(request).errorCode == .mismatchedEndpointType)
        request.endpointType = 3
        #expect(try await door.ask(request).errorCode == .unsupportedEndpointType)
        try await door.close()
    }

    @Test(
        "What partitions take on disk is told, of all or of some",
        arguments: 0...4 as ClosedRange<Int16>)
    func directories(version: Int16) async throws {
        let door = try KafkaDoor()
        for name in ["t", "u"] {
            try door.broker.createTopic(name, TopicSettings(partitionCount: 2))
        }
        var request = DescribeLogDirsRequest()
        request.topics = nil
        let all = try await door.ask(request, version: version)
        #expect(all.results.count == 1)
        #expect(all.results.first?.topics.map(\.name) == ["t", "u"])
        #expect(all.results.first?.topics.map(\.partitions.count) == [2, 2])
        var topic = DescribeLogDirsRequest.Topic()
        topic.topic = "u"
        topic.partitions = [1, 7]
        request.topics = [topic]
        let some = try await door.ask(request, version: version)
        #expect(some.results.first?.topics.map(\.name) == ["u"])
        #expect(some.results.first?.topics.first?.partitions.map(\.index) == [1])
        try await door.close()
    }
}
