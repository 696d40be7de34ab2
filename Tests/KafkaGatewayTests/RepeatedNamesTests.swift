import Broker
import KafkaWire
import Testing

@testable import KafkaGateway

/// Named a thousand times, a topic of many partitions would be an answer that no memory holds; and a
/// request that names a thing twice cannot mean both.
@Suite("Names that a request repeats", .timeLimit(.minutes(1)))
struct RepeatedNamesTests {
    private static let names = ["t", "u", "t", "t", "u"]

    private static func open() throws -> KafkaDoor {
        let door = try KafkaDoor()
        for name in ["t", "u"] { try door.broker.createTopic(name, TopicSettings()) }
        return door
    }

    @Test("Topics, groups, settings and transactions are described once each")
    func described() async throws {
        let door = try Self.open()
        var metadata = MetadataRequest()
        metadata.topics = Self.names.map {
            var topic = MetadataRequest.Topic()
            topic.name = $0
            return topic
        }
        #expect(try await door.ask(metadata).topics.map(\.name) == ["t", "u"])
        var groups = DescribeGroupsRequest()
        groups.groups = Self.names
        #expect(try await door.ask(groups).groups.map(\.groupID) == ["t", "u"])
        var positions = OffsetFetchRequest()
        positions.groups = Self.names.map {
            var group = OffsetFetchRequest.Group()
            group.groupID = $0
            return group
        }
        #expect(try await door.ask(positions).groups.map(\.groupID) == ["t", "u"])
        var configs = DescribeConfigsRequest()
        configs.resources = Self.names.map {
            var resource = DescribeConfigsRequest.Resource()
            resource.resourceType = 2
            resource.resourceName = $0
            return resource
        }
        #expect(try await door.ask(configs).results.map(\.resourceName) == ["t", "u"])
        var transactions = DescribeTransactionsRequest()
        transactions.transactionalIDs = Self.names
        let states = try await door.ask(transactions).transactionStates
        #expect(states.map(\.transactionalID) == ["t", "u"])
        var producers = DescribeProducersRequest()
        producers.topics = Self.names.map {
            var topic = DescribeProducersRequest.Topic()
            topic.name = $0
            topic.indexes = [0, 0, 0]
            return topic
        }
        let found = try await door.ask(producers).topics
        #expect(found.map(\.name) == ["t", "u"])
        #expect(found.map(\.partitions.count) == [1, 1])
        try await door.close()
    }

    @Test("A group's position is given once, with the text beside it", arguments: [1, 7, 9])
    func positions(version: Int16) async throws {
        let door = try Self.open()
        let names = Self.names
        var request = OffsetFetchRequest()
        request.groupID = "g"
        request.topics = names.map {
            var topic = OffsetFetchRequest.Topic()
            topic.name = $0
            topic.indexes = [0, 1, 0]
            return topic
        }
        var group = OffsetFetchRequest.Group()
        group.groupID = "g"
        group.topics = names.map {
            var topic = OffsetFetchRequest.Group.GroupTopic()
            topic.name = $0
            topic.indexes = [0, 1, 0]
            return topic
        }
        request.groups = [group]
        let answer = try await door.ask(request, version: version)
        let counts =
            version < 8
            ? answer.topics.map(\.partitions.count)
            : answer.groups.flatMap { $0.topics.map(\.partitions.count) }
        #expect(counts == [2, 2, 0, 0, 0])
        try await door.close()
    }

    @Test("What is named twice is not changed, and what is named once is")
    func changed() async throws {
        let door = try Self.open()
        try door.broker.createTopic("once", TopicSettings())
        let names = Self.names + ["once"]
        let codes: [KafkaErrorCode] = Self.names.map { _ in .invalidRequest } + [.none]
        var grow = CreatePartitionsRequest()
        grow.topics = names.map {
            var topic = CreatePartitionsRequest.Topic()
            topic.name = $0
            topic.count = 2
            topic.assignments = nil
            return topic
        }
        #expect(try await door.ask(grow).results.map(\.errorCode) == codes)
        var all = AlterConfigsRequest()
        all.resources = names.map {
            var resource = AlterConfigsRequest.Resource()
            resource.resourceType = 2
            resource.resourceName = $0
            return resource
        }
        #expect(try await door.ask(all).responses.map(\.errorCode) == codes)
        var some = IncrementalAlterConfigsRequest()
        some.resources = names.map {
            var resource = IncrementalAlterConfigsRequest.Resource()
            resource.resourceType = 2
            resource.resourceName = $0
            return resource
        }
        #expect(try await door.ask(some).responses.map(\.errorCode) == codes)
        #expect(door.broker.topics().map(\.partitions.count) == [2, 1, 1])
        try await door.close()
    }
}
