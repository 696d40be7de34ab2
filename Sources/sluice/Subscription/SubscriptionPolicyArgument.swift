import ArgumentParser
import Filters

/// `--on-error` of subscriptions.
struct SubscriptionPolicyArgument: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            What to do with a record that cannot be evaluated: drop (default), deliver, \
            dead-letter (to the topic SUBSCRIPTION.dead-letter, when a group reads) or fail.
            """, valueName: "policy"))
    var onError: Name?

    /// The policies' names.
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case drop, deliver
        case deadLetter = "dead-letter"
        case fail
    }

    /// The policy that was chosen; nil if none was.
    var policy: ErrorPolicy? { onError.flatMap { ErrorPolicy(name: $0.rawValue) } }
}
