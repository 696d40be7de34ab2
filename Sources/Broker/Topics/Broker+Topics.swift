package import CommitLog
import Expressions
import Platform
package import Records
import Synchronization

/// A topic as it is shown.
package struct TopicDescription: Sendable {
    package let name: String
    package let settings: TopicSettings
    package let partitions: [Partition]
    /// Milliseconds since 1970-01-01 UTC.
    package let createdAt: Int64
    /// Names of the subscriptions on it.
    package let subscriptions: [String]

    package struct Partition: Sendable {
        package let index: Int32
        package let id: PartitionID
        /// Offset of the first record that can be read.
        package let start: RecordOffset
        /// Offset that the next record gets.
        package let end: RecordOffset

        package init(
            index: Int32, id: PartitionID, start: RecordOffset, end: RecordOffset
        ) {
            self.index = index
            self.id = id
            self.start = start
            self.end = end
        }
    }

    package init(
        name: String, settings: TopicSettings, partitions: [Partition], createdAt: Int64,
        subscriptions: [String]
    ) {
        self.name = name
        self.settings = settings
        self.partitions = partitions
        self.createdAt = createdAt
        self.subscriptions = subscriptions
    }

    /// Offsets between start and end over all partitions: records, less gaps.
    package var recordCount: Int64 {
        partitions.reduce(0) { $0 + $1.end.rawValue - $1.start.rawValue }
    }
}

extension Broker {
    /// Creates a topic, unless it only is to be seen whether that can be done; durable on return.
    package func createTopic(
        _ name: String, _ settings: TopicSettings, validatesOnly: Bool
    ) throws(BrokerError) {
        let name = try Self.parse(name)
        try settings.validate()
        // The lock's closure cannot throw a typed error, so the result comes out of it.
        let result = catalogChange.withLock { _ in createTopicAlone(name, settings, validatesOnly) }
        try result.get()
    }

    private func createTopicAlone(
        _ name: TopicName, _ settings: TopicSettings, _ validatesOnly: Bool
    ) -> Result<Void, BrokerError> {
        let before = catalog.withLock { $0 }
        if before.topics[name.text] != nil { return .failure(.topicExists(name.text)) }
        if before.subscriptions[name.text] != nil {
            return .failure(.nameTaken(name.text, by: "subscription"))
        }
        if let refusal = refusal(ofPartitions: Int(settings.partitionCount), before) {
            return .failure(refusal)
        }
        if validatesOnly { return .success(()) }
        // Above all numbers ever used: records of deleted topics may still be in the log.
        let first = log.nextPartitionID.rawValue
        let record = TopicRecord(
            settings: settings,
            partitions: (0..<UInt32(settings.partitionCount)).map {
                PartitionID(rawValue: first + $0)
            },
            createdAt: clock.wallMilliseconds)
        var entries: [FrameEntry] = record.partitions.enumerated().map { index, partition in
            .createPartition(
                partition, topic: name.text, index: Int32(index),
                options: settings.storage)
        }
        entries.append(
            .put(
                table: StateTable.topics.rawValue, key: StateKey.make(name.text),
                value: record.encoded()))
        return Result { () throws(BrokerError) in
            try append(entries)
            catalog.withLock { catalog in
                catalog.topics[name.text] = record
                catalog.partitionCount += record.partitions.count
            }
        }
    }

    /// Why so many more partitions cannot be made; the caller changes the catalogue alone.
    func refusal(ofPartitions count: Int, _ catalog: Catalog) -> BrokerError? {
        let found = catalog.partitionCount + count
        guard found > partitionCountMax else { return nil }
        return .tooManyPartitions(found: found, limit: partitionCountMax)
    }

    /// Deletes a topic with all its records; durable on return.
    package func deleteTopic(_ name: String) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in try deleteTopicAlone(name) }
        }
        try result.get()
    }

    private func deleteTopicAlone(_ name: String) throws(BrokerError) {
        let record = try topicRecord(name)
        let subscriptions = subscriptionNames(on: name)
        guard subscriptions.isEmpty else { throw .topicHasSubscriptions(name, subscriptions) }
        var entries: [FrameEntry] = record.partitions.map { .removePartition($0) }
        entries.append(
            .remove(table: StateTable.topics.rawValue, key: StateKey.make(name)))
        entries.append(
            .removePrefix(
                table: StateTable.groupPositions.rawValue, prefix: StateKey.make(name)))
        // Else a commit would give them to a topic of the same name that is made meanwhile.
        entries += transactions.pendingPositions(on: name).map(\.removal)
        try append(entries)
        catalog.withLock { catalog in
            let removed = catalog.topics.removeValue(forKey: name)
            catalog.partitionCount -= removed?.partitions.count ?? 0
        }
    }

    /// Changes how a topic's payloads are read and how its records are stored; durable on return.
    ///
    /// The number of partitions stays, since the partition of a key must not change. Storage
    /// options hold for what is there too, except that sealed blocks keep their compression until
    /// they are compacted.
    package func alterTopic(
        _ name: String, format: PayloadFormat? = nil, storage: PartitionOptions? = nil
    ) throws(BrokerError) {
        try alterTopic(name) { settings in
            settings.format = format ?? settings.format
            settings.storage = storage ?? settings.storage
        }
    }

    /// The same for all settings but the format, which is given apart, and the partitions.
    package func alterTopic(
        _ name: String, format: PayloadFormat? = nil, settings: TopicSettings?
    ) throws(BrokerError) {
        try alterTopic(name) { changed in
            if let settings {
                let (format, count) = (changed.format, changed.partitionCount)
                changed = settings
                (changed.format, changed.partitionCount) = (format, count)
            }
            changed.format = format ?? changed.format
        }
    }

    private func alterTopic(
        _ name: String, _ change: (inout TopicSettings) -> Void
    ) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                var record = try topicRecord(name)
                let before = record.settings.storage
                change(&record.settings)
                try record.settings.validate()
                let options = record.settings.storage
                var entries: [FrameEntry] = [
                    .put(
                        table: StateTable.topics.rawValue, key: StateKey.make(name),
                        value: record.encoded())
                ]
                if options != before {
                    entries += record.partitions.map { .alterPartition($0, options) }
                }
                try append(entries)
                let changed = record
                catalog.withLock { $0.topics[name] = changed }
            }
        }
        try result.get()
    }

    /// All topics, by name.
    package func topics() -> [TopicDescription] {
        catalog.withLock { $0.topics }.sorted { $0.key < $1.key }
            .map { describe($0.key, $0.value) }
    }

    /// One topic, or an error that names the most similar one.
    package func topic(_ name: String) throws(BrokerError) -> TopicDescription {
        describe(name, try topicRecord(name))
    }

    /// Whether there is a topic of that name.
    package func hasTopic(_ name: String) -> Bool { catalog.withLock { $0.topics[name] != nil } }

    func topicRecord(_ name: String) throws(BrokerError) -> TopicRecord {
        let topics = catalog.withLock { $0.topics }
        guard let record = topics[name] else {
            throw .unknownTopic(name, nearest: NearestName.find(name, in: topics.keys.sorted()))
        }
        return record
    }

    func append(_ entries: [FrameEntry]) throws(BrokerError) {
        do throws(AppendError) { _ = try log.append(FrameContent(entries)) } catch {
            throw .append(error)
        }
    }

    static func parse(_ name: String) throws(BrokerError) -> TopicName {
        do throws(InvalidTopicName) { return try TopicName(parsing: name) } catch {
            throw .invalidName(error)
        }
    }

    private func describe(_ name: String, _ record: TopicRecord) -> TopicDescription {
        let partitions = record.partitions.enumerated().map { index, id in
            // No bounds: the topic was deleted since its record was looked up.
            let bounds = log.bounds(id) ?? (.zero, .zero)
            return TopicDescription.Partition(
                index: Int32(index), id: id, start: bounds.start, end: bounds.end)
        }
        return TopicDescription(
            name: name, settings: record.settings, partitions: partitions,
            createdAt: record.createdAt, subscriptions: subscriptionNames(on: name))
    }
}
