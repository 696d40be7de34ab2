import CommitLog
package import Records

extension Broker: BrokerAccess {
    package func createTopic(
        _ name: String, _ settings: TopicSettings
    ) throws(BrokerError) {
        try createTopic(name, settings, validatesOnly: false)
    }

    package func changeTopic(
        _ name: String, format: PayloadFormat?, settings: TopicSettings?
    ) throws(BrokerError) {
        try alterTopic(name, format: format, settings: settings)
        guard settings != nil else { return }
        do throws(MaintenanceError) { try log.enforceRetention() } catch {
            throw .maintenance(error)
        }
    }

    package func storage(of topic: String?) throws(BrokerError) -> StorageDescription {
        let partitions = log.partitions().filter { topic == nil || $0.topic == topic }
        return StorageDescription(
            partitions: partitions, commitByteCount: log.statistics.commitBytesOnDisk)
    }

    package func openSource(
        topic: String, end: TopicSource.End, selector: RecordSelector?
    ) throws(BrokerError) -> any TopicReading {
        try TopicSource(self, topic: topic, end: end, selector: selector)
    }
}
