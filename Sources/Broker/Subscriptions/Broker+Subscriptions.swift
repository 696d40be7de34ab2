import CommitLog
import Expressions
package import Filters
import Platform
import Records
import Synchronization

/// A subscription as it is shown: a durable, named view of a topic through a filter.
package struct SubscriptionDescription: Sendable {
    package let name: String
    package let topic: String
    /// Milliseconds since 1970-01-01 UTC.
    package let createdAt: Int64
    /// Those that are kept, by ascending numbers; the last is the current one.
    package let versions: [SubscriptionVersion]

    package init(
        name: String, topic: String, createdAt: Int64, versions: [SubscriptionVersion]
    ) {
        precondition(!versions.isEmpty, "a subscription has a version")
        self.name = name
        self.topic = topic
        self.createdAt = createdAt
        self.versions = versions
    }

    package var current: SubscriptionVersion { versions[versions.count - 1] }
    package var filter: FilterDefinition { current.filter }

    /// A version by its number, or an error that names the nearest ones.
    package func version(_ number: Int32) throws(BrokerError) -> SubscriptionVersion {
        guard let version = versions.first(where: { $0.number == number }) else {
            throw .unknownVersion(number, subscription: name, known: versions.map(\.number))
        }
        return version
    }
}

extension Broker {
    /// Creates a subscription; the filter must have been compiled before, so that its errors reach
    /// the user with their places.
    ///
    /// Durable on return.
    package func createSubscription(
        _ name: String, topic: String, filter: FilterDefinition
    ) throws(BrokerError) {
        let name = try Self.parse(name).text
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                _ = try topicRecord(topic)
                let before = catalog.withLock { $0 }
                if before.subscriptions[name] != nil { throw .subscriptionExists(name) }
                if before.topics[name] != nil { throw .nameTaken(name, by: "topic") }
                let now = clock.wallMilliseconds
                let first = SubscriptionVersion(
                    number: 1, filter: filter, changedAt: now,
                    starts: try bounds(ofTopic: topic).map { _ in .zero })
                try save(
                    SubscriptionRecord(topic: topic, createdAt: now, versions: [first]), as: name)
            }
        }
        try result.get()
    }

    /// Gives a subscription another filter, as its next version; durable on return.
    ///
    /// The version decides about the records from the partitions' present ends on. Readers that
    /// have records of a later time wait until the change is made, so that none of those is
    /// decided about by the version before.
    ///
    /// - Returns: the new version, with the offsets from which on it decides.
    @discardableResult
    package func alterSubscription(
        _ name: String, filter: FilterDefinition
    ) throws(BrokerError) -> SubscriptionVersion {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                var record = try subscriptionRecord(name)
                // Before the ends are asked for: whoever looked before has no record behind them.
                catalog.withLock { _ = $0.changing.insert(name) }
                defer { catalog.withLock { _ = $0.changing.remove(name) } }
                let isAdded = record.add(
                    filter, changedAt: clock.wallMilliseconds,
                    bounds: try bounds(ofTopic: record.topic))
                guard isAdded else {
                    throw .tooManyVersions(
                        subscription: name, limit: BrokerLimits.subscriptionVersionCountMax)
                }
                try save(record, as: name)
                return record.current
            }
        }
        return try result.get()
    }

    /// The versions of a subscription's filter, for a reader that has read records before it asks.
    ///
    /// While the subscription is being changed this waits for the disk: the reader's records may be
    /// those of the new version.
    package func versions(of name: String) throws(BrokerError) -> [SubscriptionVersion] {
        let isChanging = catalog.withLock { $0.changing.contains(name) }
        if isChanging { catalogChange.withLock { _ in } }
        return try subscriptionRecord(name).versions
    }

    /// Deletes a subscription and the positions of its readers; the topic keeps its records.
    package func deleteSubscription(_ name: String) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                _ = try subscriptionRecord(name)
                try append(
                    [
                        .remove(table: StateTable.subscriptions.rawValue, key: StateKey.make(name)),
                        .removePrefix(
                            table: StateTable.groupPositions.rawValue, prefix: StateKey.make(name)),
                        .removePrefix(
                            table: StateTable.subscriptionCounts.rawValue,
                            prefix: StateKey.make(name)),
                        .removePrefix(
                            table: StateTable.settledOffsets.rawValue, prefix: StateKey.make(name)),
                        .removePrefix(
                            table: StateTable.settledCounts.rawValue, prefix: StateKey.make(name)),
                    ] + transactions.pendingPositions(on: name).map(\.removal))
                catalog.withLock { catalog in
                    catalog.subscriptions[name] = nil
                    catalog.ledgers[name] = nil
                }
                summaryFields.set(name, nil)
            }
        }
        try result.get()
    }

    /// All subscriptions, by name.
    package func subscriptions() -> [SubscriptionDescription] {
        catalog.withLock { $0.subscriptions }.sorted { $0.key < $1.key }
            .map { Self.describe($0.key, $0.value) }
    }

    /// One subscription, or an error that names the most similar one.
    package func subscription(_ name: String) throws(BrokerError) -> SubscriptionDescription {
        Self.describe(name, try subscriptionRecord(name))
    }

    func subscriptionNames(on topic: String) -> [String] {
        catalog.withLock { $0.subscriptions }.filter { $0.value.topic == topic }.keys.sorted()
    }

    private func subscriptionRecord(_ name: String) throws(BrokerError) -> SubscriptionRecord {
        let subscriptions = catalog.withLock { $0.subscriptions }
        guard let record = subscriptions[name] else {
            throw .unknownSubscription(
                name, nearest: NearestName.find(name, in: subscriptions.keys.sorted()))
        }
        return record
    }

    private func save(_ record: SubscriptionRecord, as name: String) throws(BrokerError) {
        try append([
            .put(
                table: StateTable.subscriptions.rawValue, key: StateKey.make(name),
                value: record.encoded())
        ])
        catalog.withLock { $0.subscriptions[name] = record }
        summaryFields.set(name, record)
    }

    private func bounds(
        ofTopic name: String
    ) throws(BrokerError) -> [(start: RecordOffset, end: RecordOffset)] {
        try topic(name).partitions.map { ($0.start, $0.end) }
    }

    private static func describe(
        _ name: String, _ record: SubscriptionRecord
    ) -> SubscriptionDescription {
        SubscriptionDescription(
            name: name, topic: record.topic, createdAt: record.createdAt,
            versions: record.versions)
    }
}
