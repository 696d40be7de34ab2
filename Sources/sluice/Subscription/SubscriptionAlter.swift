import ArgumentParser
import Broker

/// `sluice subscription alter`.
struct SubscriptionAlter: Command {
    static let configuration = CommandConfiguration(
        "alter", abstract: "Change a subscription's filter.",
        discussion: """
            A condition that is given takes the place of the one in its language; the others stay. \
            The changed filter is the next version. It decides about the records that come from \
            now on; those that are stored already belong to the version before, whoever reads them \
            and whenever. To read all with one version: consume --filter-version.
            """,
        examples: [
            Example(
                "sluice subscription alter late --where 'dep_delay > 90'", "Another condition."),
            Example(
                "sluice subscription alter late --remove tag --on-error fail",
                "One condition less, and another policy."),
        ])

    @Argument(help: "The subscription.")
    var name: String

    @OptionGroup var change: FilterChange
    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        guard !change.isEmpty else {
            throw ValidationError(
                "Nothing to change: give --where, --tag, --pattern, --remove or --on-error.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let changed = try place.withBroker(creates: false, console: console) { broker in
            let before = try broker.subscription(name)
            let format = try broker.topic(before.topic).settings.format
            try broker.alterSubscription(
                name, filter: try change.apply(to: before.filter, of: name, format))
            return SubscriptionReport(try broker.subscription(name))
        }
        try changed.printChange(to: console, as: output.output)
        return .done
    }
}
