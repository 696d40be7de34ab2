import Broker
import Bytes
import CommitLog
import Filters
import KafkaWire
import Records

extension KafkaService {
    /// Tells what topics are and where their records lie.
    func answer(
        _ request: StoredTopicsRequest, _ context: RequestContext
    ) async -> StoredTopicsResponse? {
        await onWorker { [broker] in
            var response = StoredTopicsResponse()
            do throws(BrokerError) {
                // Each once, however often it is named: what is told of one may be long.
                let names = Set(request.names).sorted()
                let topics =
                    request.wantsAll
                    ? broker.topics()
                    : try names.map { name throws(BrokerError) in try broker.topic(name) }
                let only = request.wantsAll || topics.count != 1 ? nil : topics.first?.name
                let storage = try broker.storage(of: only)
                response.commitByteCount = storage.commitByteCount
                response.topics = topics.map { Self.describe($0, storage) }
            } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    /// What is answered to a request that the broker refuses.
    static func refusal(_ error: BrokerError) -> (KafkaErrorCode, String?) {
        (KafkaErrorCode(error), error.description)
    }

    private static func describe(
        _ topic: TopicDescription, _ storage: StorageDescription
    ) -> StoredTopicsResponse.Topic {
        var described = StoredTopicsResponse.Topic()
        described.name = topic.name
        described.format = topic.settings.format.name
        described.columns = topic.settings.format.columnNames
        described.createdAt = topic.createdAt
        described.subscriptions = topic.subscriptions
        described.configs = topic.settings.configs.map { name, value in
            var config = StoredTopicsResponse.Topic.Config()
            (config.name, config.value) = (name, value)
            return config
        }
        described.partitions = topic.partitions.map { partition in
            let stored = storage.partitions[partition.id]
            var described = StoredTopicsResponse.Topic.Partition()
            described.index = partition.index
            described.id = Int32(bitPattern: partition.id.rawValue)
            described.start = partition.start.rawValue
            described.end = partition.end.rawValue
            described.sealedEnd = stored?.sealedEnd.rawValue ?? partition.start.rawValue
            described.segmentByteCount = stored?.segmentByteCount ?? 0
            let removed = (stored?.removed ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
            described.removed = removed.map { reason, tally in
                var removal = StoredTopicsResponse.Topic.Partition.Removal()
                removal.reason = Int8(bitPattern: reason.rawValue)
                (removal.records, removal.bytes) = (tally.records, tally.bytes)
                return removal
            }
            return described
        }
        return described
    }

    /// Creates a topic, or gives one other settings.
    func answer(_ request: SetTopicRequest, _ context: RequestContext) async -> SetTopicResponse? {
        await onWorker { [self] in
            var response = SetTopicResponse()
            do throws(BrokerError) { try set(request) } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func set(_ request: SetTopicRequest) throws(BrokerError) {
        var format: PayloadFormat?
        if let name = request.format {
            format = PayloadFormat(name: name, columns: request.columns)
            guard format != nil else {
                throw .invalidSetting(name: "format", value: name, rule: "raw, json or csv")
            }
        }
        var settings = TopicSettings(
            partitionCount: request.creates ? request.partitionCount : 1, format: format ?? .raw)
        for config in request.configs {
            try TopicConfig.set(config.name, to: config.value, in: &settings)
        }
        if request.creates {
            try broker.createTopic(request.name, settings)
        } else {
            try broker.changeTopic(
                request.name, format: format, settings: request.setsConfigs ? settings : nil)
        }
    }

    /// Works on a topic, or looks at its blocks.
    func answer(
        _ request: WorkOnTopicRequest, _ context: RequestContext
    ) async -> WorkOnTopicResponse? {
        await onWorker { [self] in
            var response = WorkOnTopicResponse()
            do throws(BrokerError) {
                response.figures = try figures(of: request)
            } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func figures(of request: WorkOnTopicRequest) throws(BrokerError) -> [Int64] {
        switch WorkOnTopicRequest.Work(rawValue: request.work) {
        case .compact:
            try broker.compactTopic(request.name)
            return []
        case .summarize:
            let made = try broker.summarizeBlocks(of: request.name)
            return [Int64(made.segments), Int64(made.blocks)]
        case .survey:
            let filter = try Self.compiled(request.filter)
            let survey = try broker.surveyIndex(of: request.name, for: filter)
            return [
                survey.blocks, survey.records, survey.blocksWithout, survey.recordsUnsealed,
                survey.passedOver.blocks, survey.passedOver.records, survey.passedOver.bytes,
            ]
        case nil:
            throw .invalidSetting(name: "work", value: "\(request.work)", rule: "0 to 2")
        }
    }

    /// Reads and compiles a filter that a client has sent.
    static func compiled(_ bytes: [UInt8]) throws(BrokerError) -> SubscriptionFilter {
        let definition: FilterDefinition
        do { definition = try FilterDefinition(decoding: bytes.rawSpan) } catch {
            throw .invalidSetting(name: "filter", value: "…", rule: "a filter: \(error)")
        }
        do throws(FilterError) { return try SubscriptionFilter(definition) } catch {
            throw .invalidSetting(name: "filter", value: "…", rule: "valid: \(error)")
        }
    }
}
