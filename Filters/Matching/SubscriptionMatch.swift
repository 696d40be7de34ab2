package import Bytes

/// The records of a batch that go to some subscriptions: all that have the same filter.
package struct SubscriptionMatch: Sendable {
    /// Their places in the list that the ``SubscriptionMatcher`` was made from; ascending.
    package let subscriptions: [Int32]
    /// The records to be delivered.
    package let rows: Selection
    /// What the error policy decided about records that could not be evaluated.
    package let outcome: SubscriptionFilter.Outcome
}
