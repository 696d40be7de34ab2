import Broker
import KafkaWire
import Platform

extension KafkaService {
    /// What a configuration belongs to; the numbers are the protocol's.
    private enum ResourceType {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
        static let group: Int8 = 32
    }

    /// Tells the settings of topics, of this broker, and of groups.
    func answer(
        _ request: DescribeConfigsRequest, _ context: RequestContext
    ) async -> DescribeConfigsResponse {
        var response = DescribeConfigsResponse()
        let resources = request.resources.distinct { ["\($0.resourceType)", $0.resourceName] }
        response.results = resources.map { asked in
            var resource = DescribeConfigsResponse.Resource()
            resource.resourceType = asked.resourceType
            resource.resourceName = asked.resourceName
            let entries: [ConfigEntry]
            do throws(AdminRefusal) {
                entries = try self.entries(of: asked.resourceType, asked.resourceName)
            } catch {
                (resource.errorCode, resource.errorMessage) = (error.code, error.message)
                return resource
            }
            resource.errorMessage = nil
            // Null asks for all, as an empty list did before.
            let wanted = asked.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
            resource.configs = entries.filter { wanted?.contains($0.name) ?? true }.map {
                Self.config($0, hasSynonyms: request.includeSynonyms)
            }
            return resource
        }
        return response
    }

    private func entries(of type: Int8, _ name: String) throws(AdminRefusal) -> [ConfigEntry] {
        switch type {
        case ResourceType.topic:
            // A subscription is stored as its base topic is.
            let base = broker.readableTopic(name)?.base ?? name
            do throws(BrokerError) {
                return ConfigEntry.all(of: try broker.topic(base).settings)
            } catch {
                throw AdminRefusal(error)
            }
        case ResourceType.broker where name.isEmpty || name == "\(settings.nodeID)":
            return brokerEntries
        case ResourceType.broker:
            throw AdminRefusal(
                .invalidRequest, "There is no broker \(name): this one is \(settings.nodeID).")
        case ResourceType.group where GroupCoordinator.isValid(name): return groupEntries
        case ResourceType.group:
            throw AdminRefusal(.invalidGroupID, GroupError.invalidGroupID.description)
        default:
            throw AdminRefusal(
                .invalidRequest,
                "Only topics, brokers and groups have settings, not resources of type "
                    + "\(type).")
        }
    }

    /// What holds for members of every consumer group, there or not, as with Kafka (KIP-848).
    private var groupEntries: [ConfigEntry] {
        let groups = settings.groups
        return [
            ("consumer.heartbeat.interval.ms", groups.consumerHeartbeatInterval),
            ("consumer.session.timeout.ms", groups.consumerSessionTimeout),
        ].map { name, duration in
            let value = Self.milliseconds(duration)
            return ConfigEntry(
                name: name, value: value, source: .defaults, kind: .int, defaultValue: value)
        }
    }

    /// The operator's decisions under Kafka's names.
    private var brokerEntries: [ConfigEntry] {
        let groups = settings.groups
        return [
            ("auto.create.topics.enable", "\(settings.createsTopics)", .boolean),
            ("broker.id", "\(settings.nodeID)", .int),
            ("connections.max.idle.ms", Self.milliseconds(settings.idleTime), .long),
            ("default.replication.factor", "1", .int),
            ("delete.topic.enable", "true", .boolean),
            (
                "group.consumer.heartbeat.interval.ms",
                Self.milliseconds(groups.consumerHeartbeatInterval), .int
            ),
            ("group.consumer.max.size", "\(groups.consumerMemberCountMax)", .int),
            (
                "group.consumer.session.timeout.ms",
                Self.milliseconds(groups.consumerSessionTimeout), .int
            ),
            (
                "group.initial.rebalance.delay.ms",
                Self.milliseconds(groups.initialRebalanceDelay), .int
            ),
            ("group.max.session.timeout.ms", Self.milliseconds(groups.sessionTimeoutMax), .int),
            ("group.max.size", "\(groups.memberCountMax)", .int),
            ("group.min.session.timeout.ms", Self.milliseconds(groups.sessionTimeoutMin), .int),
            ("max.connections", "\(settings.connectionCountMax)", .int),
            ("max.partitions", "\(broker.partitionCountMax)", .int),
            ("num.partitions", "\(settings.partitionCount)", .int),
            ("offset.metadata.max.bytes", "\(BrokerLimits.offsetMetadataByteCountMax)", .int),
            (
                "offsets.retention.minutes",
                "\(groups.offsetsRetention.components.seconds / 60)", .int
            ),
            ("queued.max.request.bytes", "\(settings.queuedRequestByteCountMax)", .long),
            ("socket.request.max.bytes", "\(settings.requestByteCountMax)", .int),
        ].map { (name: String, value: String, kind: ConfigEntry.Kind) in
            ConfigEntry(
                name: name, value: value, source: .staticBroker, kind: kind, defaultValue: value)
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        "\(duration.wholeNanoseconds / 1_000_000)"
    }

    private static func config(
        _ entry: ConfigEntry, hasSynonyms: Bool
    ) -> DescribeConfigsResponse.Resource.Config {
        var config = DescribeConfigsResponse.Resource.Config()
        config.name = entry.name
        config.value = entry.value
        config.readOnly = entry.source == .staticBroker
        config.isDefault = entry.source == .defaults
        config.configSource = entry.source.rawValue
        config.configType = entry.kind.rawValue
        config.documentation = nil
        guard hasSynonyms else { return config }
        // What counts comes first; behind it what would count without it.
        var words = [(entry.value, entry.source)]
        if entry.source == .topic { words.append((entry.defaultValue, .defaults)) }
        config.synonyms = words.map { value, source in
            var synonym = DescribeConfigsResponse.Resource.Config.Synonym()
            synonym.name = entry.name
            synonym.value = value
            synonym.source = source.rawValue
            return synonym
        }
        return config
    }

    /// Sets the configuration of topics: what is not named goes back to its default.
    func answer(
        _ request: AlterConfigsRequest, _ context: RequestContext
    ) async -> AlterConfigsResponse? {
        await onWorker { [self] in
            var response = AlterConfigsResponse()
            let repeated = request.resources.map(\.resourceName).repeated
            response.responses = request.resources.map { asked in
                var resource = AlterConfigsResponse.Resource()
                resource.resourceType = asked.resourceType
                resource.resourceName = asked.resourceName
                resource.errorMessage = nil
                do throws(AdminRefusal) {
                    try AdminRefusal.check(asked.resourceName, isIn: repeated)
                    let changes = asked.configs.map {
                        ConfigChange(name: $0.name, operation: .set, value: $0.value)
                    }
                    try alter(
                        asked.resourceType, asked.resourceName, changes, fromDefaults: true,
                        validatesOnly: request.validateOnly)
                } catch {
                    (resource.errorCode, resource.errorMessage) = (error.code, error.message)
                }
                return resource
            }
            return response
        }
    }

    /// Changes single settings of topics (KIP-339).
    func answer(
        _ request: IncrementalAlterConfigsRequest, _ context: RequestContext
    ) async -> IncrementalAlterConfigsResponse? {
        await onWorker { [self] in
            var response = IncrementalAlterConfigsResponse()
            let repeated = request.resources.map(\.resourceName).repeated
            response.responses = request.resources.map { asked in
                var resource = IncrementalAlterConfigsResponse.Resource()
                resource.resourceType = asked.resourceType
                resource.resourceName = asked.resourceName
                resource.errorMessage = nil
                do throws(AdminRefusal) {
                    try AdminRefusal.check(asked.resourceName, isIn: repeated)
                    try alter(
                        asked.resourceType, asked.resourceName, try Self.changes(asked),
                        fromDefaults: false, validatesOnly: request.validateOnly)
                } catch {
                    (resource.errorCode, resource.errorMessage) = (error.code, error.message)
                }
                return resource
            }
            return response
        }
    }

    private static func changes(
        _ asked: IncrementalAlterConfigsRequest.Resource
    ) throws(AdminRefusal) -> [ConfigChange] {
        let repeated = asked.configs.map(\.name).repeated
        var changes: [ConfigChange] = []
        for config in asked.configs {
            try AdminRefusal.check(config.name, isIn: repeated)
            guard let operation = ConfigChange.Operation(rawValue: config.configOperation) else {
                throw AdminRefusal(
                    .invalidRequest, "There is no operation \(config.configOperation).")
            }
            changes.append(
                ConfigChange(name: config.name, operation: operation, value: config.value))
        }
        return changes
    }

    private func alter(
        _ type: Int8, _ name: String, _ changes: [ConfigChange], fromDefaults: Bool,
        validatesOnly: Bool
    ) throws(AdminRefusal) {
        guard type == ResourceType.topic else {
            throw AdminRefusal(
                .invalidRequest,
                "Only topics' settings can be changed here; the server's are in its "
                    + "configuration file: sluice serve --print-config")
        }
        try checkIsTopic(name)
        do throws(BrokerError) {
            let present = try broker.topic(name).settings
            var changed = present
            if fromDefaults {
                changed = TopicSettings(
                    partitionCount: present.partitionCount, format: present.format)
            }
            for change in changes { try change.apply(to: &changed) }
            try changed.validate()
            if !validatesOnly { try broker.alterTopic(name, settings: changed) }
        } catch {
            throw AdminRefusal(error)
        }
    }
}
