import CommitLog
import Platform
import Records
import Synchronization

extension Broker {
    /// Gives a topic more partitions; durable on return.
    ///
    /// The partition of a key is another afterwards, as in Kafka. Subscriptions have the new ones
    /// too: their current version decides from the first record on.
    ///
    /// - Parameters:
    ///   - name: the topic.
    ///   - count: of all partitions; more than there are.
    ///   - validatesOnly: whether nothing is to be changed.
    /// - Throws: `.invalidSetting` for a count that is not above the present one or beyond the limit
    ///   of one topic, `.tooManyPartitions`.
    package func growTopic(
        _ name: String, to count: Int32, validatesOnly: Bool = false
    ) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                var record = try topicRecord(name)
                let present = record.partitions.count
                guard count > present, count <= TopicSettings.partitionCountMax else {
                    throw .invalidSetting(
                        name: "partitions", value: "\(count)",
                        rule: "\(present + 1) to \(TopicSettings.partitionCountMax)")
                }
                let added = Int(count) - present
                if let refusal = refusal(ofPartitions: added, catalog.withLock { $0 }) {
                    throw refusal
                }
                if validatesOnly { return }
                let first = log.nextPartitionID.rawValue
                var entries: [FrameEntry] = []
                for index in present..<Int(count) {
                    let id = PartitionID(rawValue: first + UInt32(index - present))
                    record.partitions.append(id)
                    entries.append(
                        .createPartition(
                            id, topic: name, index: Int32(index), options: record.settings.storage))
                }
                record.settings.partitionCount = count
                entries.append(
                    .put(
                        table: StateTable.topics.rawValue, key: StateKey.make(name),
                        value: record.encoded()))
                try append(entries)
                let grown = record
                catalog.withLock { catalog in
                    catalog.topics[name] = grown
                    catalog.partitionCount += added
                }
            }
        }
        try result.get()
    }
}
