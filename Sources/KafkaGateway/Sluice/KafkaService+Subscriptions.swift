import Broker
import Filters
import KafkaWire
import Records

extension KafkaService {
    /// Tells what subscriptions are, and what their filters have counted.
    func answer(
        _ request: SubscriptionsRequest, _ context: RequestContext
    ) async -> SubscriptionsResponse? {
        await onWorker { [self] in
            var response = SubscriptionsResponse()
            do throws(BrokerError) {
                let found =
                    request.wantsAll
                    ? broker.subscriptions()
                    : try Set(request.names).sorted().map { name throws(BrokerError) in
                        try broker.subscription(name)
                    }
                response.subscriptions = try found.map(describe)
            } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func describe(
        _ subscription: SubscriptionDescription
    ) throws(BrokerError) -> SubscriptionsResponse.Subscription {
        let counts = try broker.filterCounts(ofSubscription: subscription.name)
        var described = SubscriptionsResponse.Subscription()
        described.name = subscription.name
        described.topic = subscription.topic
        described.createdAt = subscription.createdAt
        described.versions = subscription.versions.map { version in
            var described = SubscriptionsResponse.Subscription.Version()
            described.number = version.number
            version.filter.encode(into: &described.filter)
            described.changedAt = version.changedAt
            described.starts = version.starts.map(\.rawValue)
            described.counts = counts[version.number]?.encoded()
            return described
        }
        return described
    }

    /// Creates a subscription, gives one another filter, or deletes it.
    func answer(
        _ request: SetSubscriptionRequest, _ context: RequestContext
    ) async -> SetSubscriptionResponse? {
        await onWorker { [self] in
            var response = SetSubscriptionResponse()
            do throws(BrokerError) { try set(request) } catch {
                (response.errorCode, response.errorMessage) = Self.refusal(error)
            }
            return response
        }
    }

    private func set(_ request: SetSubscriptionRequest) throws(BrokerError) {
        switch SetSubscriptionRequest.Change(rawValue: request.change) {
        case .create:
            let filter = try Self.compiled(request.filter).definition
            try broker.createSubscription(request.name, topic: request.topic, filter: filter)
        case .alter:
            let filter = try Self.compiled(request.filter).definition
            try broker.alterSubscription(request.name, filter: filter)
        case .delete: try broker.deleteSubscription(request.name)
        case nil:
            throw .invalidSetting(name: "change", value: "\(request.change)", rule: "0 to 2")
        }
    }
}
