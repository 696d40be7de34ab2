import NIOCore

@testable import KafkaWire

/// A request or response of the protocol, whichever, for tests of all of them.
struct MessageKind: CustomStringConvertible, Sendable {
    let api: KafkaAPI
    let isRequest: Bool
    /// A filled message as bytes.
    let filled: @Sendable (WireFiller.Rule, Int16) throws -> ByteBuffer
    /// Reads bytes as the message and writes what was read.
    let rewritten: @Sendable (ByteBuffer, Int16) throws -> ByteBuffer

    var description: String { "\(api) \(isRequest ? "request" : "response")" }

    /// Every message in every version of the table.
    static let all: [MessageKind] = requests.flatMap { kinds($0) }

    private static let requests: [any KafkaRequest.Type] = [
        ProduceRequest.self, FetchRequest.self, ListOffsetsRequest.self, MetadataRequest.self,
        OffsetCommitRequest.self, OffsetFetchRequest.self, FindCoordinatorRequest.self,
        JoinGroupRequest.self, HeartbeatRequest.self, LeaveGroupRequest.self,
        SyncGroupRequest.self, DescribeGroupsRequest.self, ListGroupsRequest.self,
        ApiVersionsRequest.self, CreateTopicsRequest.self, DeleteTopicsRequest.self,
        DeleteRecordsRequest.self, InitProducerIDRequest.self, OffsetForLeaderEpochRequest.self,
        AddPartitionsToTxnRequest.self, AddOffsetsToTxnRequest.self, EndTxnRequest.self,
        TxnOffsetCommitRequest.self, DescribeConfigsRequest.self, AlterConfigsRequest.self,
        DescribeLogDirsRequest.self, CreatePartitionsRequest.self, DeleteGroupsRequest.self,
        IncrementalAlterConfigsRequest.self, OffsetDeleteRequest.self,
        DescribeClusterRequest.self, DescribeProducersRequest.self,
        DescribeTransactionsRequest.self, ListTransactionsRequest.self,
        DescribeAclsRequest.self, CreateAclsRequest.self, DeleteAclsRequest.self,
        ConsumerGroupHeartbeatRequest.self, ConsumerGroupDescribeRequest.self,
        StoredTopicsRequest.self, SetTopicRequest.self, WorkOnTopicRequest.self,
        SubscriptionsRequest.self, SetSubscriptionRequest.self, GroupPositionsRequest.self,
        SetGroupPositionsRequest.self, PipelineProgressRequest.self, CommitPipelineRequest.self,
    ]

    /// Those that Kafka's schemas know.
    static let kafkas = all.filter { !$0.api.isOwn }

    private static func kinds<Request: KafkaRequest>(_ type: Request.Type) -> [MessageKind] {
        [
            kind(Request.self, of: Request.api, isRequest: true),
            kind(Request.Response.self, of: Request.api, isRequest: false),
        ]
    }

    private static func kind<Message: WireMessage>(
        _ type: Message.Type, of api: KafkaAPI, isRequest: Bool
    ) -> MessageKind {
        MessageKind(
            api: api, isRequest: isRequest,
            filled: { rule, version in
                try write(WireFiller.fill(type, rule, version: version), api, version)
            },
            rewritten: { bytes, version in
                try write(
                    try WireReader.read(
                        type, from: bytes, version: version,
                        isFlexible: api.versions.isFlexible(version)), api, version)
            })
    }

    private static func write<Message: WireMessage>(
        _ message: Message, _ api: KafkaAPI, _ version: Int16
    ) throws -> ByteBuffer {
        var writer = WireWriter(
            ByteBuffer(), version: version, isFlexible: api.versions.isFlexible(version))
        try writer.write(message)
        return writer.finish().reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }
}
