import Broker
import KafkaWire

/// Groups of the consumer protocol (KIP-848).
extension KafkaService {
    /// A member joins a group, lives in it, or leaves it.
    func answer(
        _ request: ConsumerGroupHeartbeatRequest, _ context: RequestContext
    ) async -> ConsumerGroupHeartbeatResponse? {
        let beat = ConsumerHeartbeat(request, context)
        let result: Result<ConsumerHeartbeatAnswer, GroupError>
        if broker.needsMatching(beat) {
            let matched = await onWorker { [broker] in
                Result { () throws(GroupError) in try broker.heartbeat(beat) }
            }
            guard let matched else { return nil }
            result = matched
        } else {
            result = Result { () throws(GroupError) in try broker.heartbeat(beat) }
        }
        var response = ConsumerGroupHeartbeatResponse()
        switch result {
        case .success(let answer):
            response.memberID = answer.memberID
            response.memberEpoch = answer.epoch
            response.heartbeatIntervalMilliseconds = Int32(
                clamping: answer.interval.components.seconds * 1_000
                    + answer.interval.components.attoseconds / 1_000_000_000_000_000)
            response.assignment = answer.assignment.map { assignment in
                var structure = ConsumerGroupHeartbeatResponse.Assignment()
                structure.topicPartitions = assignment.topics.map { TopicIDPartitions($0) }
                return structure
            }
        case .failure(let problem):
            response.errorCode = KafkaErrorCode(problem)
            response.errorMessage = problem.description
        }
        return response
    }

    /// Describes groups of the consumer protocol; clients ask for others with DescribeGroups when they
    /// are told that there is none.
    func answer(
        _ request: ConsumerGroupDescribeRequest, _ context: RequestContext
    ) async -> ConsumerGroupDescribeResponse {
        var response = ConsumerGroupDescribeResponse()
        response.groups = request.groupIDs.distinct { $0 }.map { name in
            do throws(GroupError) {
                return .init(try broker.consumerGroupDetails(name))
            } catch {
                var group = ConsumerGroupDescribeResponse.Group()
                group.groupID = name
                group.errorCode = KafkaErrorCode(error)
                group.errorMessage = error.description
                return group
            }
        }
        guard request.includeAuthorizedOperations else { return response }
        for index in response.groups.indices where response.groups[index].errorCode == .none {
            response.groups[index].authorizedOperations = AuthorizedOperations.ofGroup
        }
        return response
    }
}

extension ConsumerHeartbeat {
    fileprivate init(_ request: ConsumerGroupHeartbeatRequest, _ context: RequestContext) {
        self.init(
            group: request.groupID, memberID: request.memberID, epoch: request.memberEpoch)
        instanceID = request.instanceID
        rackID = request.rackID
        if request.rebalanceTimeoutMilliseconds >= 0 {
            rebalanceTimeout = .milliseconds(request.rebalanceTimeoutMilliseconds)
        }
        topicNames = request.subscribedTopicNames
        topicPattern = request.subscribedTopicRegex
        assignor = request.serverAssignor
        owned = request.topicPartitions.map { topics in
            PartitionSet(topics.map { (TopicID($0.topicID), $0.partitions) })
        }
        clientID = context.clientID ?? ""
        // As Kafka's brokers write addresses here.
        clientHost = "/" + context.client.address
        requiresMemberID = context.version >= 1
    }
}

extension TopicIDPartitions {
    fileprivate init(_ topic: PartitionSet.Topic) {
        self.init()
        topicID = WireUUID(topic.id)
        partitions = topic.partitions
    }
}

extension ConsumerGroupDescribeResponse.Group {
    fileprivate init(_ details: ConsumerGroupDetails) {
        self.init()
        groupID = details.group
        groupState = details.phase.rawValue
        groupEpoch = details.epoch
        assignmentEpoch = details.targetEpoch
        assignorName = details.assignor.rawValue
        members = details.members.map { .init($0, details.topicNames) }
    }
}

extension ConsumerGroupDescribeResponse.Member {
    fileprivate init(_ member: ConsumerGroupDetails.Member, _ names: [TopicID: String]) {
        self.init()
        memberID = member.id
        instanceID = member.instanceID
        rackID = member.rackID
        memberEpoch = member.epoch
        clientID = member.clientID
        clientHost = member.clientHost
        subscribedTopicNames = member.topicNames
        subscribedTopicRegex = member.topicPattern
        assignment = .init(member.assigned, names)
        targetAssignment = .init(member.target, names)
        memberType = Self.consumerType
    }
}

extension ConsumerGroupDescribeResponse.Assignment {
    /// Topics that are gone have no name, and are left out.
    fileprivate init(_ topics: [PartitionSet.Topic], _ names: [TopicID: String]) {
        self.init()
        topicPartitions = topics.compactMap { topic in
            guard let name = names[topic.id] else { return nil }
            var places = ConsumerGroupDescribeResponse.TopicPartitions()
            places.topicID = WireUUID(topic.id)
            places.topicName = name
            places.partitions = topic.partitions
            return places
        }
    }
}
