import Broker
import KafkaWire

extension KafkaService {
    /// What a configuration belongs to; the numbers are the protocol's.
    private enum ResourceType {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
    }

    /// Tells the settings of topics, and of this broker.
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
            do throws(BrokerError) {
                entries = try self.entries(of: asked.resourceType, asked.resourceName)
            } catch {
                resource.errorCode = KafkaErrorCode(error)
                resource.errorMessage = error.description
                return resource
            }
            resource.errorMessage = nil
            // Null asks for all, as an empty list did before.
            let wanted = asked.configurationKeys.flatMap { $0.isEmpty ? nil : Set($0) }
            resource.configs = entries.filter { wanted?.contains($0.name) ?? true }.map {
                Self.config(
                    $0, isOfBroker: asked.resourceType == ResourceType.broker,
                    hasSynonyms: request.includeSynonyms)
            }
            return resource
        }
        return response
    }

    private func entries(of type: Int8, _ name: String) throws(BrokerError) -> [ConfigEntry] {
        switch type {
        case ResourceType.topic:
            guard let topic = broker.readableTopic(name) else {
                throw .unknownTopic(name, nearest: nil)
            }
            return ConfigEntry.all(of: try broker.topic(topic.base ?? name).settings)
        case ResourceType.broker where name.isEmpty || name == "\(settings.nodeID)":
            return brokerEntries
        default:
            throw .invalidSetting(
                name: "resource", value: "\(name)", rule: "a topic, or broker \(settings.nodeID)")
        }
    }

    /// The operator's decisions under Kafka's names.
    private var brokerEntries: [ConfigEntry] {
        [
            ("auto.create.topics.enable", "\(settings.createsTopics)"),
            ("broker.id", "\(settings.nodeID)"),
            ("default.replication.factor", "1"),
            ("max.connections", "\(settings.connectionCountMax)"),
            ("num.partitions", "\(settings.partitionCount)"),
            ("socket.request.max.bytes", "\(settings.requestByteCountMax)"),
        ].map { ConfigEntry(name: $0, value: $1, source: ConfigEntry.Source.staticBroker) }
    }

    private static func config(
        _ entry: ConfigEntry, isOfBroker: Bool, hasSynonyms: Bool
    ) -> DescribeConfigsResponse.Resource.Config {
        var config = DescribeConfigsResponse.Resource.Config()
        config.name = entry.name
        config.value = entry.value
        config.readOnly = isOfBroker
        config.isDefault = entry.source == ConfigEntry.Source.defaults
        config.configSource = entry.source
        config.documentation = nil
        if hasSynonyms {
            var synonym = DescribeConfigsResponse.Resource.Config.Synonym()
            synonym.name = entry.name
            synonym.value = entry.value
            synonym.source = entry.source
            config.synonyms = [synonym]
        }
        return config
    }

    /// Sets the configuration of topics: what is not named goes back to its default.
    func answer(
        _ request: AlterConfigsRequest, _ context: RequestContext
    ) async -> AlterConfigsResponse {
        await onWorker { [self] in
            var response = AlterConfigsResponse()
            response.responses = request.resources.map { asked in
                var resource = AlterConfigsResponse.Resource()
                resource.resourceType = asked.resourceType
                resource.resourceName = asked.resourceName
                let changes = asked.configs.map {
                    ConfigChange(name: $0.name, operation: .set, value: $0.value)
                }
                (resource.errorCode, resource.errorMessage) = alter(
                    asked.resourceType, asked.resourceName, changes, fromDefaults: true,
                    validatesOnly: request.validateOnly)
                return resource
            }
            return response
        } ?? AlterConfigsResponse()
    }

    /// Changes single settings of topics (KIP-339).
    func answer(
        _ request: IncrementalAlterConfigsRequest, _ context: RequestContext
    ) async -> IncrementalAlterConfigsResponse {
        await onWorker { [self] in
            var response = IncrementalAlterConfigsResponse()
            response.responses = request.resources.map { asked in
                var resource = IncrementalAlterConfigsResponse.Resource()
                resource.resourceType = asked.resourceType
                resource.resourceName = asked.resourceName
                var changes: [ConfigChange] = []
                for config in asked.configs {
                    guard let operation = ConfigChange.Operation(rawValue: config.configOperation)
                    else {
                        resource.errorCode = .invalidRequest
                        resource.errorMessage = "There is no operation \(config.configOperation)."
                        return resource
                    }
                    changes.append(
                        ConfigChange(
                            name: config.name, operation: operation, value: config.value))
                }
                (resource.errorCode, resource.errorMessage) = alter(
                    asked.resourceType, asked.resourceName, changes, fromDefaults: false,
                    validatesOnly: request.validateOnly)
                return resource
            }
            return response
        } ?? IncrementalAlterConfigsResponse()
    }

    private func alter(
        _ type: Int8, _ name: String, _ changes: [ConfigChange], fromDefaults: Bool,
        validatesOnly: Bool
    ) -> (KafkaErrorCode, String?) {
        guard type == ResourceType.topic else {
            return (
                .invalidRequest,
                "Only topics' settings can be changed here; the server's are in its "
                    + "configuration file: sluice serve --print-config"
            )
        }
        do throws(BrokerError) {
            let present = try broker.topic(name).settings
            var changed = present
            if fromDefaults {
                changed = TopicSettings(
                    partitionCount: present.partitionCount, format: present.format)
            }
            for change in changes { try change.apply(to: &changed) }
            if !validatesOnly { try broker.alterTopic(name, settings: changed) }
            return (.none, nil)
        } catch {
            return (KafkaErrorCode(error), error.description)
        }
    }
}
