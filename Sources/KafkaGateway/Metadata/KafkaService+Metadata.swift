import Broker
import KafkaWire

extension KafkaService {
    /// Names topics and subscriptions with their partitions, all of which this server leads.
    ///
    /// Topics that do not exist are created if both the client and the operator allow it.
    func answer(_ request: MetadataRequest, _ context: RequestContext) async -> MetadataResponse {
        var response = await metadata(request, context)
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = AuthorizedOperations.ofCluster
        }
        if request.includeTopicAuthorizedOperations {
            for index in response.topics.indices where response.topics[index].errorCode == .none {
                response.topics[index].topicAuthorizedOperations = AuthorizedOperations.ofTopic
            }
        }
        return response
    }

    private func metadata(
        _ request: MetadataRequest, _ context: RequestContext
    ) async -> MetadataResponse {
        var response = MetadataResponse()
        let address = self.address(for: context.client)
        var node = MetadataResponse.Broker()
        node.nodeID = settings.nodeID
        node.host = address.host
        node.port = Int32(address.port)
        response.brokers = [node]
        response.clusterID = clusterID
        response.controllerID = settings.nodeID
        guard let asked = request.topics, context.version > 0 || !asked.isEmpty else {
            response.topics = broker.readableTopics().map { describe($0) }
            return response
        }
        if context.version < MetadataRequest.topicIDsSince,
            asked.contains(where: { $0.name == nil || $0.topicID != .zero })
        {
            response.topics = asked.map { refuse($0) }
            return response
        }
        let topics = asked.distinct { [$0.name ?? "", "\($0.topicID)"] }
        for topic in topics {
            response.topics.append(await describe(topic, request))
        }
        return response
    }

    /// Ids stand in requests of versions 10 and 11 already and mean nothing there, and names may be
    /// missing that the answer needs: Kafka refuses the whole request.
    private func refuse(_ asked: MetadataRequest.Topic) -> MetadataResponse.Topic {
        var answer = MetadataResponse.Topic()
        answer.errorCode = .invalidRequest
        answer.name = asked.name ?? ""
        answer.topicID = asked.topicID
        return answer
    }

    private func describe(
        _ asked: MetadataRequest.Topic, _ request: MetadataRequest
    ) async -> MetadataResponse.Topic {
        var answer = MetadataResponse.Topic()
        answer.topicID = asked.topicID
        answer.name = asked.name
        guard let name = asked.name else {
            guard let topic = broker.readableTopic(TopicID(asked.topicID)) else {
                answer.errorCode = .unknownTopicID
                return answer
            }
            return describe(topic)
        }
        if let topic = broker.readableTopic(name) { return describe(topic) }
        guard request.allowAutoTopicCreation, settings.createsTopics else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        let settings = TopicSettings(partitionCount: settings.partitionCount)
        let problem = await onWorker { [broker] () -> BrokerError? in
            do throws(BrokerError) { try broker.createTopic(name, settings) } catch {
                // Another client was faster.
                if case .topicExists = error { return nil }
                return error
            }
            return nil
        }
        if let problem = problem ?? nil {
            answer.errorCode = KafkaErrorCode(problem)
            return answer
        }
        guard let topic = broker.readableTopic(name) else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        return describe(topic)
    }

    private func describe(_ topic: ReadableTopic) -> MetadataResponse.Topic {
        var answer = MetadataResponse.Topic()
        answer.name = topic.name
        answer.topicID = WireUUID(topic.id)
        answer.partitions = topic.partitions.indices.map { index in
            var partition = MetadataResponse.Topic.Partition()
            partition.index = Int32(index)
            partition.leaderID = settings.nodeID
            partition.leaderEpoch = 0
            partition.replicaNodes = [settings.nodeID]
            partition.isrNodes = [settings.nodeID]
            return partition
        }
        return answer
    }
}
