/// What became of the records that a ``SubscriptionMatcher`` saw, for one subscription.
///
/// `seen` is the sum of all others.
package struct SubscriptionCounts: Sendable, Equatable {
    package let seen: Int
    /// Records that the value of one field already excludes: the condition was not evaluated.
    package let excluded: Int
    /// Records that match.
    package let matched: Int
    /// Records for which the condition was FALSE or UNKNOWN.
    package let refused: Int
    /// Records that could not be evaluated.
    package let errors: Int
}
