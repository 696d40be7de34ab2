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
    package let filter: FilterDefinition
    /// 1 for the first filter, one more for each change.
    package let version: Int32
    /// Milliseconds since 1970-01-01 UTC.
    package let createdAt: Int64
    package let changedAt: Int64
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
                try save(
                    SubscriptionRecord(
                        topic: topic, filter: filter, version: 1, createdAt: now, changedAt: now),
                    as: name)
            }
        }
        try result.get()
    }

    /// Replaces the filter and raises the version; durable on return.
    package func alterSubscription(
        _ name: String, filter: FilterDefinition
    ) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                var record = try subscriptionRecord(name)
                record.filter = filter
                record.version += 1
                record.changedAt = clock.wallMilliseconds
                try save(record, as: name)
            }
        }
        try result.get()
    }

    /// Deletes a subscription and the positions of its readers; the topic keeps its records.
    package func deleteSubscription(_ name: String) throws(BrokerError) {
        let result = catalogChange.withLock { _ in
            Result { () throws(BrokerError) in
                _ = try subscriptionRecord(name)
                try append([
                    .remove(table: StateTable.subscriptions.rawValue, key: StateKey.make(name)),
                    .removePrefix(
                        table: StateTable.groupPositions.rawValue, prefix: StateKey.make(name)),
                ])
                catalog.withLock { _ = $0.subscriptions.removeValue(forKey: name) }
                summaryFields.update(catalog.withLock { $0.subscriptions })
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
        summaryFields.update(catalog.withLock { $0.subscriptions })
    }

    private static func describe(
        _ name: String, _ record: SubscriptionRecord
    ) -> SubscriptionDescription {
        SubscriptionDescription(
            name: name, topic: record.topic, filter: record.filter, version: record.version,
            createdAt: record.createdAt, changedAt: record.changedAt)
    }
}
