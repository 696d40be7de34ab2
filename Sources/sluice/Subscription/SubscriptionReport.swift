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
        details.add("Version", .count(Int64(subscription.current.number)))
        details.add(
            "In force from", .text(Self.starts(subscription.current)), name: "in_force_from")
        details.add("Created", .time(subscription.createdAt))
        details.add("Changed", .time(subscription.current.changedAt))
        return details
    }

    /// The versions that are kept, a row each.
    var versions: Table {
        var table = Table("Version", "Changed", "From offset", "On error", "Filter")
        for version in subscription.versions {
            table.add([
                .count(Int64(version.number)), .time(version.changedAt),
                .text(Self.starts(version)), .text(version.filter.errorPolicy.name),
                .text(Self.conditions(of: version.filter)),
            ])
        }
        return table
    }

    /// What each version has made of the records that groups have read, a row each.
    static func counts(_ counts: [Int32: FilterCounts]) -> Table {
        var table = Table(
            "Version", "Matched", "Refused", "Unknown", "Failed", "Malformed", "Skipped")
        for (version, count) in counts.sorted(by: { $0.key < $1.key }) {
            table.add([
                .count(Int64(version)), .count(count.matched),
                .count(count.refused.reduce(0, +)), .count(count.unknown), .count(count.failed),
                .count(count.malformed), .count(count.skipped),
            ])
        }
        return table
    }

    /// Says that the current version was made, and from where on it decides.
    func printChange(to console: Console, as form: OutputOptions.Form) throws {
        switch form {
        case .json: try details.print(to: console, as: .json)
        case .text:
            try console.line("changed subscription \(subscription.name): \(conditions)")
            let isOne = subscription.current.starts.count == 1
            try console.line(
                "version \(subscription.current.number) is in force from "
                    + (isOne ? "offset " : "these offsets of the partitions: ")
                    + Self.starts(subscription.current))
        }
    }

    /// From where on a version decides: `120`, or `120, 98` for the partitions in turn.
    static func starts(_ version: SubscriptionVersion) -> String {
        version.starts.isEmpty
            ? "0" : version.starts.map { "\($0.rawValue)" }.joined(separator: ", ")
    }

    /// The conditions in one line: `where dep_delay > 60, tag a || b`.
    var conditions: String { Self.conditions(of: subscription.filter) }

    /// The same of any filter.
    static func conditions(of filter: FilterDefinition) -> String {
        let parts = conditions.compactMap { _, name, language in
            filter.clause(language).map { "\(name) \($0.source)" }
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
