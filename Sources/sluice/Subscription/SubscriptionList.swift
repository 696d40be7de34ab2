import ArgumentParser
import Broker
import Filters

/// `sluice subscription list`.
struct SubscriptionList: Command {
    static let configuration = CommandConfiguration(
        "list", abstract: "List all subscriptions.",
        examples: [
            Example("sluice subscription list", "A table."),
            Example("sluice subscription list --topic flights", "Those of one topic."),
        ])

    @Option(name: [.long, .customShort("t")], help: "Only those of this topic.")
    var topic: String?

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var table = Table("Subscription", "Topic", "Filter", "On error", "Version")
        try place.withBroker(creates: false, console: console) { broker in
            if let topic { _ = try broker.topic(topic) }
            for subscription in try broker.subscriptions()
            where topic == nil || subscription.topic == topic {
                table.add([
                    .text(subscription.name), .text(subscription.topic),
                    .text(SubscriptionReport(subscription).conditions),
                    .text(subscription.filter.errorPolicy.name),
                    .count(Int64(subscription.current.number)),
                ])
            }
        }
        try table.print(
            to: console, as: output.output,
            whenEmpty: "There are no subscriptions. "
                + "Make one with: sluice subscription create NAME --topic TOPIC")
        return .done
    }
}
