import Broker
import CommitLog
import KafkaWire
import Records

extension KafkaService {
    /// Creates topics, each for itself.
    func answer(
        _ request: CreateTopicsRequest, _ context: RequestContext
    ) async -> CreateTopicsResponse? {
        await onWorker { [self] in
            var response = CreateTopicsResponse()
            let repeated = request.topics.map(\.name).repeated
            var partitionsLeft = KafkaLimits.createdPartitionCountMax
            response.topics = request.topics.map { asked in
                var topic = CreateTopicsResponse.Topic()
                topic.name = asked.name
                topic.errorMessage = nil
                do throws(AdminRefusal) {
                    try AdminRefusal.check(asked.name, isIn: repeated)
                    try create(
                        asked, validatesOnly: request.validateOnly, &partitionsLeft, &topic)
                } catch {
                    (topic.errorCode, topic.errorMessage) = (error.code, error.message)
                }
                return topic
            }
            return response
        }
    }

    private func create(
        _ asked: CreateTopicsRequest.Topic, validatesOnly: Bool, _ partitionsLeft: inout Int32,
        _ topic: inout CreateTopicsResponse.Topic
    ) throws(AdminRefusal) {
        var settings = TopicSettings(partitionCount: try partitionCount(of: asked))
        do throws(BrokerError) {
            for config in asked.configs {
                guard let value = config.value else {
                    throw .invalidSetting(name: config.name, value: "null", rule: "a text")
                }
                try TopicConfig.set(config.name, to: value, in: &settings)
            }
            try settings.validate()
        } catch {
            throw AdminRefusal(error)
        }
        guard settings.partitionCount <= partitionsLeft else {
            throw AdminRefusal(
                .policyViolation,
                "One request creates \(KafkaLimits.createdPartitionCountMax) partitions at most; "
                    + "ask for the other topics in another.")
        }
        partitionsLeft -= settings.partitionCount
        do throws(BrokerError) {
            try broker.createTopic(asked.name, settings, validatesOnly: validatesOnly)
        } catch {
            throw AdminRefusal(error)
        }
        topic.numPartitions = settings.partitionCount
        topic.replicationFactor = 1
        if let created = broker.readableTopic(asked.name) { topic.topicID = WireUUID(created.id) }
        topic.configs = ConfigEntry.all(of: settings).map { entry in
            var config = CreateTopicsResponse.Topic.Config()
            config.name = entry.name
            config.value = entry.value
            config.configSource = entry.source.rawValue
            return config
        }
    }

    private func partitionCount(
        of asked: CreateTopicsRequest.Topic
    ) throws(AdminRefusal) -> Int32 {
        let node = settings.nodeID
        guard asked.assignments.isEmpty else {
            guard asked.numPartitions == -1, asked.replicationFactor == -1 else {
                throw AdminRefusal(
                    .invalidRequest,
                    "Give the numbers of partitions and replicas, or the brokers of each "
                        + "partition, not both.")
            }
            let indexes = asked.assignments.map(\.index).sorted()
            let isWhole =
                indexes == Array(0..<Int32(indexes.count))
                && asked.assignments.allSatisfy { $0.brokerIDs == [node] }
            guard isWhole else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "Partitions are numbered from 0, all on broker \(node).")
            }
            return Int32(indexes.count)
        }
        guard asked.replicationFactor == -1 || asked.replicationFactor == 1 else {
            throw AdminRefusal(
                .invalidReplicationFactor,
                "There is one broker, so the replication factor is 1, not "
                    + "\(asked.replicationFactor).")
        }
        return asked.numPartitions == -1 ? settings.partitionCount : asked.numPartitions
    }

    /// Deletes topics, by name or by identity.
    func answer(
        _ request: DeleteTopicsRequest, _ context: RequestContext
    ) async -> DeleteTopicsResponse? {
        await onWorker { [self] in
            var response = DeleteTopicsResponse()
            let asked =
                context.version >= 6
                ? request.topics.map { ($0.name, $0.topicID) }
                : request.topicNames.map { ($0, WireUUID.zero) }
            response.topics = asked.map { name, id in
                var topic = DeleteTopicsResponse.Topic()
                (topic.name, topic.topicID) = (name, id)
                do throws(AdminRefusal) { try delete(&topic) } catch {
                    (topic.errorCode, topic.errorMessage) = (error.code, error.message)
                }
                return topic
            }
            return response
        }
    }

    /// Deletes the topic of that name or identity, and fills in the other.
    private func delete(_ topic: inout DeleteTopicsResponse.Topic) throws(AdminRefusal) {
        guard topic.name == nil || topic.topicID == .zero else {
            throw AdminRefusal(.invalidRequest, "Name the topic or give its identity, not both.")
        }
        let known =
            topic.name.map { broker.readableTopic($0) }
            ?? broker.readableTopic(
                TopicID(topic.topicID))
        guard let name = topic.name ?? known?.name else {
            throw AdminRefusal(.unknownTopicID, "There is no topic of this identity.")
        }
        topic.name = name
        if let known { topic.topicID = WireUUID(known.id) }
        try checkIsTopic(name)
        do throws(BrokerError) { try broker.deleteTopic(name) } catch { throw AdminRefusal(error) }
    }

    /// Gives topics more partitions.
    func answer(
        _ request: CreatePartitionsRequest, _ context: RequestContext
    ) async -> CreatePartitionsResponse? {
        await onWorker { [self] in
            var response = CreatePartitionsResponse()
            let repeated = request.topics.map(\.name).repeated
            response.results = request.topics.map { asked in
                var topic = CreatePartitionsResponse.Topic()
                topic.name = asked.name
                do throws(AdminRefusal) {
                    try AdminRefusal.check(asked.name, isIn: repeated)
                    try grow(asked, validatesOnly: request.validateOnly)
                } catch {
                    (topic.errorCode, topic.errorMessage) = (error.code, error.message)
                }
                return topic
            }
            return response
        }
    }

    private func grow(
        _ asked: CreatePartitionsRequest.Topic, validatesOnly: Bool
    ) throws(AdminRefusal) {
        try checkIsTopic(asked.name)
        if let places = asked.assignments {
            let present = broker.readableTopic(asked.name)?.partitions.count ?? 0
            guard places.count == Int(asked.count) - present,
                places.allSatisfy({ $0.brokerIDs == [settings.nodeID] })
            else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "Name a broker for each new partition: \(settings.nodeID).")
            }
        }
        do throws(BrokerError) {
            try broker.growTopic(asked.name, to: asked.count, validatesOnly: validatesOnly)
        } catch {
            throw AdminRefusal(error)
        }
    }

    /// Removes the records before offsets.
    func answer(
        _ request: DeleteRecordsRequest, _ context: RequestContext
    ) async -> DeleteRecordsResponse? {
        await onWorker { [self] in
            var response = DeleteRecordsResponse()
            response.topics = request.topics.map { asked in
                var topic = DeleteRecordsResponse.Topic()
                topic.name = asked.name
                topic.partitions = asked.partitions.map { deleteRecords(asked.name, $0) }
                return topic
            }
            return response
        }
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
        // What a topic that only compacts keeps is not decided by age.
        if (try? broker.topic(topic))?.settings.storage.cleanup == .compact {
            answer.errorCode = .policyViolation
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
