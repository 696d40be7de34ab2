import Broker
import Filters
import Records

/// A subscription as `subscription` shows it.
struct SubscriptionReport {
    private let subscription: SubscriptionDescription

    init(_ subscription: SubscriptionDescription) { self.subscription = subscription }

    /// Everything about it.
    var details: Details {
        var details = Details()
        details.add("Subscription", .text(subscription.name))
        details.add("Topic", .text(subscription.topic))
        for (title, name, language) in Self.conditions {
            guard let clause = subscription.filter.clause(language) else {
                details.add(title, .none, name: name)
                continue
            }
            details.add(title, .text(clause.source), name: name)
            for option in clause.options {
                details.add("\(title) \(option.name)", .text(option.value))
            }
        }
        details.add("On error", .text(subscription.filter.errorPolicy.name))
        details.add("Payloads", .text(subscription.filter.format.name), name: "format")
        details.add("Version", .count(Int64(subscription.version)))
        details.add("Created", .time(subscription.createdAt))
        details.add("Changed", .time(subscription.changedAt))
        return details
    }

    /// The conditions in one line: `where dep_delay > 60, tag a || b`.
    var conditions: String {
        let parts = Self.conditions.compactMap { _, name, language in
            subscription.filter.clause(language).map { "\(name) \($0.source)" }
        }
        return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
    }

    /// The conditions' titles and option names, by the languages' names.
    private static let conditions = [
        (title: "Where", name: "where", language: "sql"),
        (title: "Tag", name: "tag", language: "tag"),
        (title: "Pattern", name: "pattern", language: "pattern"),
    ]
}
