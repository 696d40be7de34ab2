import Broker
import CommitLog
import KafkaWire
import Records

extension KafkaService {
    /// Creates topics, each for itself.
    func answer(
        _ request: CreateTopicsRequest, _ context: RequestContext
    ) async -> CreateTopicsResponse {
        await onWorker { [self] in
            var response = CreateTopicsResponse()
            var names: [String: Int] = [:]
            for topic in request.topics { names[topic.name, default: 0] += 1 }
            var partitionsLeft = KafkaLimits.createdPartitionCountMax
            response.topics = request.topics.map { asked in
                var topic = CreateTopicsResponse.Topic()
                topic.name = asked.name
                if names[asked.name, default: 0] > 1 {
                    topic.errorCode = .invalidRequest
                    topic.errorMessage = "The topic is named twice."
                    return topic
                }
                create(asked, validatesOnly: request.validateOnly, &partitionsLeft, &topic)
                return topic
            }
            return response
        } ?? CreateTopicsResponse()
    }

    private func create(
        _ asked: CreateTopicsRequest.Topic, validatesOnly: Bool, _ partitionsLeft: inout Int32,
        _ topic: inout CreateTopicsResponse.Topic
    ) {
        let settings: TopicSettings
        switch self.topicSettings(of: asked) {
        case .success(let found): settings = found
        case .failure(let refusal):
            (topic.errorCode, topic.errorMessage) = (refusal.code, refusal.message)
            return
        }
        guard settings.partitionCount <= partitionsLeft else {
            topic.errorCode = .policyViolation
            topic.errorMessage =
                "One request creates \(KafkaLimits.createdPartitionCountMax) "
                + "partitions at most; ask for the other topics in another."
            return
        }
        partitionsLeft -= settings.partitionCount
        do throws(BrokerError) {
            try broker.createTopic(asked.name, settings, validatesOnly: validatesOnly)
        } catch {
            topic.errorCode = KafkaErrorCode(error)
            topic.errorMessage = error.description
            return
        }
        topic.errorMessage = nil
        topic.numPartitions = settings.partitionCount
        topic.replicationFactor = 1
        if let created = broker.readableTopic(asked.name) { topic.topicID = WireUUID(created.id) }
        topic.configs = ConfigEntry.all(of: settings).map { entry in
            var config = CreateTopicsResponse.Topic.Config()
            config.name = entry.name
            config.value = entry.value
            config.configSource = entry.source
            return config
        }
    }

    private struct Refusal: Error {
        let code: KafkaErrorCode
        let message: String
    }

    private func topicSettings(
        of asked: CreateTopicsRequest.Topic
    ) -> Result<TopicSettings, Refusal> {
        guard asked.replicationFactor == -1 || asked.replicationFactor == 1 else {
            return .failure(
                Refusal(
                    code: .invalidReplicationFactor,
                    message: "There is one broker, so the replication factor is 1, not "
                        + "\(asked.replicationFactor)."))
        }
        var count = asked.numPartitions == -1 ? self.settings.partitionCount : asked.numPartitions
        if !asked.assignments.isEmpty {
            let indexes = asked.assignments.map(\.index).sorted()
            let isWhole =
                indexes == Array(0..<Int32(indexes.count))
                && asked.assignments.allSatisfy { $0.brokerIDs == [self.settings.nodeID] }
            guard isWhole else {
                return .failure(
                    Refusal(
                        code: .invalidReplicaAssignment,
                        message: "Partitions are numbered from 0, all on broker "
                            + "\(self.settings.nodeID)."))
            }
            count = Int32(indexes.count)
        }
        guard (1...TopicSettings.partitionCountMax).contains(count) else {
            return .failure(
                Refusal(
                    code: .invalidPartitions,
                    message: "A topic has 1 to \(TopicSettings.partitionCountMax) partitions."))
        }
        var settings = TopicSettings(partitionCount: count)
        do throws(BrokerError) {
            for config in asked.configs {
                guard let value = config.value else { continue }
                try TopicConfig.set(config.name, to: value, in: &settings)
            }
        } catch {
            return .failure(Refusal(code: KafkaErrorCode(error), message: error.description))
        }
        return .success(settings)
    }

    /// Deletes topics, by name or by identity.
    func answer(
        _ request: DeleteTopicsRequest, _ context: RequestContext
    ) async -> DeleteTopicsResponse {
        await onWorker { [self] in
            var response = DeleteTopicsResponse()
            let asked =
                context.version >= 6
                ? request.topics.map { ($0.name, $0.topicID) }
                : request.topicNames.map { ($0, WireUUID.zero) }
            response.topics = asked.map { name, id in
                var topic = DeleteTopicsResponse.Topic()
                topic.topicID = id
                let found = name.map { $0 } ?? broker.readableTopic(TopicID(id))?.name
                topic.name = found
                guard let found else {
                    topic.errorCode = .unknownTopicID
                    return topic
                }
                if let known = broker.readableTopic(found) { topic.topicID = WireUUID(known.id) }
                do throws(BrokerError) { try broker.deleteTopic(found) } catch {
                    topic.errorCode = KafkaErrorCode(error)
                    topic.errorMessage = error.description
                }
                return topic
            }
            return response
        } ?? DeleteTopicsResponse()
    }

    /// Gives topics more partitions.
    func answer(
        _ request: CreatePartitionsRequest, _ context: RequestContext
    ) async -> CreatePartitionsResponse {
        await onWorker { [self] in
            var response = CreatePartitionsResponse()
            response.results = request.topics.map { asked in
                var topic = CreatePartitionsResponse.Topic()
                topic.name = asked.name
                do throws(BrokerError) {
                    try broker.growTopic(
                        asked.name, to: asked.count, validatesOnly: request.validateOnly)
                } catch {
                    topic.errorCode = KafkaErrorCode(error)
                    topic.errorMessage = error.description
                }
                return topic
            }
            return response
        } ?? CreatePartitionsResponse()
    }

    /// Removes the records before offsets.
    func answer(
        _ request: DeleteRecordsRequest, _ context: RequestContext
    ) async -> DeleteRecordsResponse {
        await onWorker { [self] in
            var response = DeleteRecordsResponse()
            response.topics = request.topics.map { asked in
                var topic = DeleteRecordsResponse.Topic()
                topic.name = asked.name
                topic.partitions = asked.partitions.map { deleteRecords(asked.name, $0) }
                return topic
            }
            return response
        } ?? DeleteRecordsResponse()
    }

    private func deleteRecords(
        _ topic: String, _ asked: DeleteRecordsRequest.Topic.Partition
    ) -> DeleteRecordsResponse.Topic.Partition {
        var answer = DeleteRecordsResponse.Topic.Partition()
        answer.index = asked.index
        answer.lowWatermark = -1
        guard let readable = broker.readableTopic(topic), !readable.isSubscription,
            let id = readable.partition(asked.index), let bounds = broker.log.bounds(id)
        else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        // -1 stands for the end.
        let offset = asked.offset == -1 ? bounds.end : RecordOffset(rawValue: asked.offset)
        guard offset >= .zero, offset <= bounds.end else {
            answer.errorCode = .offsetOutOfRange
            return answer
        }
        do throws(BrokerError) {
            try broker.trimTopic(topic, partition: asked.index, before: .offset(offset))
            answer.lowWatermark = max(bounds.start, offset).rawValue
        } catch {
            answer.errorCode = KafkaErrorCode(error)
        }
        return answer
    }
}
