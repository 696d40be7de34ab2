import ArgumentParser
import Broker

/// `sluice subscription stats`.
struct SubscriptionStats: Command {
    static let configuration = CommandConfiguration(
        "stats", abstract: "Show what a subscription's filter has made of the records so far.",
        discussion: """
            Counts the records that consumer groups have read, each time that one was read; they \
            are saved together with the groups' positions. Readers without a group are not \
            counted. Skipped records were passed over unread, because nothing can match in their \
            blocks.
            """,
        examples: [
            Example("sluice subscription stats late", "By the reasons, all versions together."),
            Example("sluice subscription stats late -o json", "With each version by itself."),
        ])

    @Argument(help: "The subscription.")
    var name: String

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let counts = try place.withBroker(creates: false, console: console) { broker in
            try broker.filterCounts(ofSubscription: name)
        }
        let total = counts.values.reduce(FilterCounts(), +)
        var details = Details()
        details.add("Subscription", .text(name))
        total.add(to: &details)
        details.add("Passed over unread", .count(total.skipped), name: "skipped")
        if output.output == .json {
            details.add("Versions", SubscriptionReport.counts(counts).objects)
        }
        try details.print(to: console, as: output.output)
        return .done
    }
}
