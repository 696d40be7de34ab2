package import Filters

/// What is asked of a broker about subscriptions.
package protocol SubscriptionAccess: AnyObject {
    /// All subscriptions, by name.
    func subscriptions() throws(BrokerError) -> [SubscriptionDescription]
    /// One subscription, or an error that names the most similar one.
    func subscription(_ name: String) throws(BrokerError) -> SubscriptionDescription
    /// Creates a subscription whose filter was compiled before; durable on return.
    func createSubscription(
        _ name: String, topic: String, filter: FilterDefinition
    ) throws(BrokerError)
    /// Gives a subscription another filter, as its next version; durable on return.
    @discardableResult
    func alterSubscription(
        _ name: String, filter: FilterDefinition
    ) throws(BrokerError) -> SubscriptionVersion
    /// Deletes a subscription and the positions of its readers.
    func deleteSubscription(_ name: String) throws(BrokerError)
    /// The versions of a subscription's filter, for a reader that has read records before it asks.
    func versions(of subscription: String) throws(BrokerError) -> [SubscriptionVersion]
    /// What each version has made of the records whose positions groups have saved.
    func filterCounts(
        ofSubscription name: String
    ) throws(BrokerError) -> [Int32: FilterCounts]
}
