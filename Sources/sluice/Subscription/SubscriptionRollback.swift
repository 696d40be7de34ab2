import ArgumentParser
import Broker
import Filters

/// `sluice subscription rollback`.
struct SubscriptionRollback: Command {
    static let configuration = CommandConfiguration(
        "rollback", abstract: "Give a subscription the filter of an older version again.",
        discussion: """
            Makes a new version with the older filter. As after any change it decides about the \
            records that come from now on.
            """,
        examples: [
            Example("sluice subscription rollback late", "The version before the present one."),
            Example("sluice subscription rollback late --to 1", "A certain one."),
        ])

    @Argument(help: "The subscription.")
    var name: String

    @Option(help: ArgumentHelp("The version whose filter is wanted.", valueName: "version"))
    var to: Int32?

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let changed = try place.withBroker(creates: false, console: console) { broker in
            let before = try broker.subscription(name)
            var filter = try older(of: before).filter
            filter.format = try broker.topic(before.topic).settings.format
            do throws(FilterError) {
                _ = try SubscriptionFilter(filter)
            } catch {
                throw CommandFailure(
                    "The older filter does not fit the topic's format any more: \(error). Give it "
                        + "anew with: sluice subscription alter \(name)")
            }
            try broker.alterSubscription(name, filter: filter)
            return SubscriptionReport(try broker.subscription(name))
        }
        try changed.printChange(to: console, as: output.output)
        return .done
    }

    private func older(of subscription: SubscriptionDescription) throws -> SubscriptionVersion {
        let current = subscription.current.number
        if let to {
            let version = try subscription.version(to)
            guard version.number < current else {
                throw CommandFailure.usage(
                    "Version \(to) is the present one of \(name). Name an older one with --to.")
            }
            return version
        }
        guard let version = subscription.versions.dropLast().last else {
            throw CommandFailure(
                "Subscription '\(name)' has no version before \(current). Change it with: "
                    + "sluice subscription alter \(name)")
        }
        return version
    }
}
