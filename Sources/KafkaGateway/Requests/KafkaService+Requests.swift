import Broker
import KafkaWire
import Logging
import NIOCore
import Platform

extension KafkaService {
    /// How a request goes on.
    enum Begun {
        /// Its answer comes by itself; the next request may begin.
        case parallel(@Sendable () async -> Answer)
        /// It is answered before the next begins.
        case work(@Sendable () async -> Answer.Content)
        /// The connection is closed.
        case refuse(String)
    }

    /// Reads a frame and says how its request is to be answered.
    func begin(_ frame: ByteBuffer, _ client: KafkaClientConnection) -> Begun {
        let request: RequestFrame
        do throws(RequestFrame.Problem) {
            request = try RequestFrame(parsing: frame)
        } catch {
            return refuse(error)
        }
        metrics.requestBegun(request.api)
        do throws(WireError) { return try begin(request, client) } catch {
            return .refuse("\(request.api) v\(request.version): \(error)")
        }
    }

    /// A client that asks for the versions in one that is not known is told those that are, in the
    /// oldest form (KIP-511); other unknown requests cannot be answered in a form that the client
    /// would read.
    private func refuse(_ problem: RequestFrame.Problem) -> Begun {
        guard case .unsupportedVersion(.apiVersions, _, let correlation) = problem else {
            return .refuse("\(problem)")
        }
        metrics.requestBegun(.apiVersions)
        let begun = broker.monotonic
        return .work { [self] in
            var response = versions()
            response.errorCode = .unsupportedVersion
            return encode(
                response, to: .apiVersions, version: 0, correlationID: correlation, begun)
        }
    }

    private func begin(
        _ frame: RequestFrame, _ client: KafkaClientConnection
    ) throws(WireError) -> Begun {
        let context = RequestContext(
            version: frame.version, clientID: frame.clientID, client: client,
            begun: broker.monotonic)
        switch frame.api {
        case .produce:
            let request = try frame.message(ProduceRequest.self)
            return .parallel { [self] in await produce(frame, request, context) }
        case .fetch: return try work(frame, context, FetchRequest.self, answer)
        case .listOffsets: return try work(frame, context, ListOffsetsRequest.self, answer)
        case .offsetForLeaderEpoch:
            return try work(frame, context, OffsetForLeaderEpochRequest.self, answer)
        case .metadata: return try work(frame, context, MetadataRequest.self, answer)
        case .apiVersions: return try work(frame, context, ApiVersionsRequest.self, answer)
        case .findCoordinator:
            return try work(frame, context, FindCoordinatorRequest.self, answer)
        case .offsetCommit: return try work(frame, context, OffsetCommitRequest.self, answer)
        case .offsetFetch: return try work(frame, context, OffsetFetchRequest.self, answer)
        case .offsetDelete: return try work(frame, context, OffsetDeleteRequest.self, answer)
        case .joinGroup: return try work(frame, context, JoinGroupRequest.self, answer)
        case .syncGroup: return try work(frame, context, SyncGroupRequest.self, answer)
        case .heartbeat: return try work(frame, context, HeartbeatRequest.self, answer)
        case .leaveGroup: return try work(frame, context, LeaveGroupRequest.self, answer)
        case .describeGroups: return try work(frame, context, DescribeGroupsRequest.self, answer)
        case .listGroups: return try work(frame, context, ListGroupsRequest.self, answer)
        case .deleteGroups: return try work(frame, context, DeleteGroupsRequest.self, answer)
        case .consumerGroupHeartbeat:
            return try work(frame, context, ConsumerGroupHeartbeatRequest.self, answer)
        case .consumerGroupDescribe:
            return try work(frame, context, ConsumerGroupDescribeRequest.self, answer)
        case .initProducerID: return try work(frame, context, InitProducerIDRequest.self, answer)
        case .addPartitionsToTxn:
            return try work(frame, context, AddPartitionsToTxnRequest.self, answer)
        case .addOffsetsToTxn: return try work(frame, context, AddOffsetsToTxnRequest.self, answer)
        case .txnOffsetCommit: return try work(frame, context, TxnOffsetCommitRequest.self, answer)
        case .endTxn: return try work(frame, context, EndTxnRequest.self, answer)
        case .describeProducers:
            return try work(frame, context, DescribeProducersRequest.self, answer)
        case .describeTransactions:
            return try work(frame, context, DescribeTransactionsRequest.self, answer)
        case .listTransactions:
            return try work(frame, context, ListTransactionsRequest.self, answer)
        case .createTopics: return try work(frame, context, CreateTopicsRequest.self, answer)
        case .deleteTopics: return try work(frame, context, DeleteTopicsRequest.self, answer)
        case .createPartitions:
            return try work(frame, context, CreatePartitionsRequest.self, answer)
        case .deleteRecords: return try work(frame, context, DeleteRecordsRequest.self, answer)
        case .describeAcls: return try work(frame, context, DescribeAclsRequest.self, answer)
        case .createAcls: return try work(frame, context, CreateAclsRequest.self, answer)
        case .deleteAcls: return try work(frame, context, DeleteAclsRequest.self, answer)
        case .describeConfigs: return try work(frame, context, DescribeConfigsRequest.self, answer)
        case .alterConfigs: return try work(frame, context, AlterConfigsRequest.self, answer)
        case .incrementalAlterConfigs:
            return try work(frame, context, IncrementalAlterConfigsRequest.self, answer)
        case .describeCluster: return try work(frame, context, DescribeClusterRequest.self, answer)
        case .describeLogDirs: return try work(frame, context, DescribeLogDirsRequest.self, answer)
        case .storedTopics, .setTopic, .workOnTopic, .subscriptions, .setSubscription,
            .groupPositions, .setGroupPositions, .pipelineProgress, .commitPipeline:
            return try beginOwn(frame, context)
        }
    }

    /// The requests that are Sluice's own.
    private func beginOwn(
        _ frame: RequestFrame, _ context: RequestContext
    ) throws(WireError) -> Begun {
        switch frame.api {
        case .storedTopics: return try work(frame, context, StoredTopicsRequest.self, answer)
        case .setTopic: return try work(frame, context, SetTopicRequest.self, answer)
        case .workOnTopic: return try work(frame, context, WorkOnTopicRequest.self, answer)
        case .subscriptions: return try work(frame, context, SubscriptionsRequest.self, answer)
        case .setSubscription: return try work(frame, context, SetSubscriptionRequest.self, answer)
        case .groupPositions: return try work(frame, context, GroupPositionsRequest.self, answer)
        case .setGroupPositions:
            return try work(frame, context, SetGroupPositionsRequest.self, answer)
        case .pipelineProgress:
            return try work(frame, context, PipelineProgressRequest.self, answer)
        case .commitPipeline: return try work(frame, context, CommitPipelineRequest.self, answer)
        default: preconditionFailure("\(frame.api) is Kafka's")
        }
    }

    private func work<Request: KafkaRequest>(
        _ frame: RequestFrame, _ context: RequestContext, _ type: Request.Type,
        _ handler: @escaping @Sendable (Request, RequestContext) async -> Request.Response?
    ) throws(WireError) -> Begun {
        let request = try frame.message(type)
        return .work { [self] in
            // Not done, so not answered: an empty answer would say that it was.
            guard let response = await handler(request, context) else { return .closing }
            return encode(response, to: frame, context)
        }
    }

    func encode<Response: WireMessage>(
        _ response: Response, to frame: RequestFrame, _ context: RequestContext
    ) -> Answer.Content {
        encode(
            response, to: frame.api, version: frame.version, correlationID: frame.correlationID,
            context.begun)
    }

    private func encode<Response: WireMessage>(
        _ response: Response, to api: KafkaAPI, version: Int16, correlationID: Int32,
        _ begun: MonotonicInstant
    ) -> Answer.Content {
        var errors: [KafkaErrorCode: Int64] = [:]
        do throws(WireError) {
            let pieces = try ResponseFrame.encode(
                response, to: api, version: version, correlationID: correlationID, errors: &errors)
            ended(api, begun, errors)
            return .frame(pieces)
        } catch {
            // A text of ours is longer than the protocol can say.
            logger.error(
                "an answer cannot be written", metadata: ["api": "\(api)", "reason": "\(error)"])
            return .closing
        }
    }

    /// Counts a request that is answered, or done without an answer.
    func ended(
        _ api: KafkaAPI, _ begun: MonotonicInstant, _ errors: [KafkaErrorCode: Int64] = [:]
    ) {
        metrics.requestEnded(
            api, nanoseconds: begun.duration(to: broker.monotonic).wholeNanoseconds, errors: errors)
    }
}
