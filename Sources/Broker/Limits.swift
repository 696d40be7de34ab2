/// Limits of the broker; each has a test one below, at, and one above.
package enum BrokerLimits {
    /// Versions of a subscription that are kept.
    package static let subscriptionVersionCountMax = 32
}
