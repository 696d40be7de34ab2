package import Broker
import Bytes
package import Filters
import KafkaWire
import Records

extension BrokerClient {
    package func subscriptions() throws(BrokerError) -> [SubscriptionDescription] {
        var request = SubscriptionsRequest()
        request.wantsAll = true
        return try ask(request).subscriptions.map(description)
    }

    package func subscription(_ name: String) throws(BrokerError) -> SubscriptionDescription {
        try description(of: stored(name))
    }

    package func versions(
        of subscription: String
    ) throws(BrokerError) -> [SubscriptionVersion] {
        try self.subscription(subscription).versions
    }

    package func filterCounts(
        ofSubscription name: String
    ) throws(BrokerError) -> [Int32: FilterCounts] {
        var counts: [Int32: FilterCounts] = [:]
        for version in try stored(name).versions {
            guard let bytes = version.counts else { continue }
            guard let value = FilterCounts(decoding: bytes) else { throw damaged("counts") }
            counts[version.number] = value
        }
        return counts
    }

    package func createSubscription(
        _ name: String, topic: String, filter: FilterDefinition
    ) throws(BrokerError) {
        try set(name, .create, topic: topic, filter)
    }

    @discardableResult
    package func alterSubscription(
        _ name: String, filter: FilterDefinition
    ) throws(BrokerError) -> SubscriptionVersion {
        try set(name, .alter, topic: "", filter)
        return try subscription(name).current
    }

    package func deleteSubscription(_ name: String) throws(BrokerError) {
        try set(name, .delete, topic: "", nil)
    }

    private func set(
        _ name: String, _ change: SetSubscriptionRequest.Change, topic: String,
        _ filter: FilterDefinition?
    ) throws(BrokerError) {
        var request = SetSubscriptionRequest()
        request.name = name
        request.change = change.rawValue
        request.topic = topic
        filter?.encode(into: &request.filter)
        _ = try ask(request)
    }

    private func stored(
        _ name: String
    ) throws(BrokerError) -> SubscriptionsResponse.Subscription {
        var request = SubscriptionsRequest()
        request.names = [name]
        guard let found = try ask(request).subscriptions.first else {
            throw damaged("no subscription")
        }
        return found
    }

    private func description(
        of stored: SubscriptionsResponse.Subscription
    ) throws(BrokerError) -> SubscriptionDescription {
        guard !stored.versions.isEmpty else { throw damaged("a subscription without a filter") }
        return SubscriptionDescription(
            name: stored.name, topic: stored.topic, createdAt: stored.createdAt,
            versions: try stored.versions.map(version))
    }

    private func version(
        _ stored: SubscriptionsResponse.Subscription.Version
    ) throws(BrokerError) -> SubscriptionVersion {
        guard let filter = try? FilterDefinition(decoding: stored.filter.rawSpan) else {
            throw damaged("a filter")
        }
        return SubscriptionVersion(
            number: stored.number, filter: filter, changedAt: stored.changedAt,
            starts: stored.starts.map { RecordOffset(rawValue: max(0, $0)) })
    }
}
