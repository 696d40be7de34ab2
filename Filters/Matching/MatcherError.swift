/// Why a ``SubscriptionMatcher`` cannot be made.
package enum MatcherError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The filter of the subscription at this place is wrong.
    case filter(place: Int, FilterError)
    case tooManySubscriptions(count: Int, limit: Int)
    /// The conditions up to the subscription at this place have too many distinct steps.
    case tooManySteps(place: Int, limit: Int)

    package var description: String {
        switch self {
        case .filter(let place, let error): "Subscription \(place): \(error)"
        case .tooManySubscriptions(let count, let limit):
            "There are \(count) subscriptions; at most \(limit) are matched at once. "
                + "Match them in several groups."
        case .tooManySteps(let place, let limit):
            "The conditions of subscriptions 0 to \(place) have more than \(limit) distinct steps. "
                + "Match them in several groups, or write equal parts of conditions equally, "
                + "which makes them one."
        }
    }
}
