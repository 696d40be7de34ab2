package import Broker
import CommitLog
package import Filters
import KafkaWire
package import Records

extension BrokerClient {
    package func topics() throws(BrokerError) -> [TopicDescription] {
        var request = StoredTopicsRequest()
        request.wantsAll = true
        return try ask(request).topics.map(description)
    }

    package func topic(_ name: String) throws(BrokerError) -> TopicDescription {
        var request = StoredTopicsRequest()
        request.names = [name]
        guard let topic = try ask(request).topics.first else { throw damaged("no topic") }
        return try description(of: topic)
    }

    package func hasTopic(_ name: String) throws(BrokerError) -> Bool {
        var request = StoredTopicsRequest()
        request.names = [name]
        let answer = try connection.ask(request)
        switch answer.errorCode {
        case .none: return true
        case .unknownTopicOrPartition: return false
        default: throw refusal(answer)
        }
    }

    package func createTopic(
        _ name: String, _ settings: TopicSettings
    ) throws(BrokerError) {
        var request = SetTopicRequest()
        request.name = name
        request.creates = true
        request.partitionCount = settings.partitionCount
        Self.set(settings.format, in: &request)
        Self.set(settings, in: &request)
        _ = try ask(request)
    }

    package func changeTopic(
        _ name: String, format: PayloadFormat?, settings: TopicSettings?
    ) throws(BrokerError) {
        var request = SetTopicRequest()
        request.name = name
        if let format { Self.set(format, in: &request) }
        if let settings { Self.set(settings, in: &request) }
        _ = try ask(request)
    }

    private static func set(_ format: PayloadFormat, in request: inout SetTopicRequest) {
        request.format = format.name
        request.columns = format.columnNames
    }

    private static func set(_ settings: TopicSettings, in request: inout SetTopicRequest) {
        request.setsConfigs = true
        request.configs = settings.configs.map { name, value in
            var config = SetTopicRequest.Config()
            (config.name, config.value) = (name, value)
            return config
        }
    }

    package func deleteTopic(_ name: String) throws(BrokerError) {
        // Asks first, so that the refusal of an unknown name says the nearest one.
        _ = try topic(name)
        var request = DeleteTopicsRequest()
        var topic = DeleteTopicsRequest.Topic()
        topic.name = name
        request.topics = [topic]
        request.topicNames = [name]
        for topic in try connection.ask(request).topics where topic.errorCode != .none {
            throw .server(topic.errorMessage ?? "\(name) is not deleted: \(topic.errorCode)")
        }
    }

    package func trimTopic(
        _ name: String, partition: Int32?, before point: TrimPoint
    ) throws(BrokerError) {
        let topic = try topic(name)
        if let partition, !topic.partitions.indices.contains(Int(partition)) {
            throw .unknownPartition(
                topic: name, partition: partition, count: Int32(topic.partitions.count))
        }
        var asked = DeleteRecordsRequest.Topic()
        asked.name = name
        for part in topic.partitions where partition == nil || partition == part.index {
            var entry = DeleteRecordsRequest.Topic.Partition()
            entry.index = part.index
            switch point {
            case .offset(let offset): entry.offset = min(offset, part.end).rawValue
            case .time(let time):
                entry.offset =
                    try offset(of: name, part.index, atOrAfter: time)?.rawValue
                    ?? part.end.rawValue
            }
            if entry.offset > part.start.rawValue { asked.partitions.append(entry) }
        }
        guard !asked.partitions.isEmpty else { return }
        var request = DeleteRecordsRequest()
        request.topics = [asked]
        for topic in try connection.ask(request).topics {
            for part in topic.partitions where part.errorCode != .none {
                throw .server("\(name), partition \(part.index) is not trimmed: \(part.errorCode)")
            }
        }
    }

    package func compactTopic(_ name: String) throws(BrokerError) {
        _ = try work(.compact, on: name, figureCount: 0)
    }

    package func summarizeBlocks(
        of topic: String
    ) throws(BrokerError) -> Broker.Summarizing {
        let figures = try work(.summarize, on: topic, figureCount: 2)
        return Broker.Summarizing(
            segments: Int(clamping: figures[0]), blocks: Int(clamping: figures[1]))
    }

    package func surveyIndex(
        of topic: String, for filter: SubscriptionFilter
    ) throws(BrokerError) -> IndexSurvey {
        var definition: [UInt8] = []
        filter.definition.encode(into: &definition)
        let figures = try work(.survey, on: topic, definition, figureCount: 7)
        return IndexSurvey(
            blocks: figures[0], records: figures[1], blocksWithout: figures[2],
            recordsUnsealed: figures[3],
            passedOver: PassedOver(blocks: figures[4], records: figures[5], bytes: figures[6]))
    }

    private func work(
        _ work: WorkOnTopicRequest.Work, on topic: String, _ filter: [UInt8] = [],
        figureCount: Int
    ) throws(BrokerError) -> [Int64] {
        var request = WorkOnTopicRequest()
        request.name = topic
        request.work = work.rawValue
        request.filter = filter
        let figures = try ask(request).figures
        guard figures.count == figureCount else { throw damaged("figures") }
        return figures
    }

    package func storage(of topic: String?) throws(BrokerError) -> StorageDescription {
        var request = StoredTopicsRequest()
        request.wantsAll = topic == nil
        request.names = topic.map { [$0] } ?? []
        let answer = try ask(request)
        var partitions: [PartitionDescription] = []
        for topic in answer.topics {
            let options = try description(of: topic).settings.storage
            partitions += topic.partitions.map { stored in
                PartitionDescription(
                    id: PartitionID(rawValue: UInt32(bitPattern: stored.id)), topic: topic.name,
                    index: stored.index, options: options,
                    start: RecordOffset(rawValue: max(0, stored.start)),
                    end: RecordOffset(rawValue: max(0, stored.end)),
                    sealedEnd: RecordOffset(rawValue: max(0, stored.sealedEnd)),
                    segmentByteCount: stored.segmentByteCount, removed: Self.removals(stored))
            }
        }
        return StorageDescription(
            partitions: partitions, commitByteCount: answer.commitByteCount)
    }

    private static func removals(
        _ stored: StoredTopicsResponse.Topic.Partition
    ) -> [RemovalReason: RemovalTally] {
        var removals: [RemovalReason: RemovalTally] = [:]
        for removal in stored.removed {
            // A reason that a newer server knows is left out.
            guard let reason = RemovalReason(rawValue: UInt8(bitPattern: removal.reason)) else {
                continue
            }
            removals[reason] = RemovalTally(records: removal.records, bytes: removal.bytes)
        }
        return removals
    }

    private func description(
        of topic: StoredTopicsResponse.Topic
    ) throws(BrokerError) -> TopicDescription {
        guard let format = PayloadFormat(name: topic.format, columns: topic.columns) else {
            throw damaged("the format '\(topic.format)'")
        }
        var settings = TopicSettings(
            partitionCount: Int32(topic.partitions.count), format: format)
        for config in topic.configs {
            try TopicConfig.set(config.name, to: config.value, in: &settings)
        }
        let partitions = topic.partitions.map { partition in
            TopicDescription.Partition(
                index: partition.index, id: PartitionID(rawValue: UInt32(bitPattern: partition.id)),
                start: RecordOffset(rawValue: max(0, partition.start)),
                end: RecordOffset(rawValue: max(0, partition.end)))
        }
        guard partitions.map(\.index) == Array(0..<Int32(partitions.count)) else {
            throw damaged("partitions")
        }
        return TopicDescription(
            name: topic.name, settings: settings, partitions: partitions,
            createdAt: topic.createdAt, subscriptions: topic.subscriptions)
    }
}
