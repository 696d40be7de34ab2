import ArgumentParser
import Broker
import Filters

/// `sluice subscription create`.
struct SubscriptionCreate: Command {
    static let configuration = CommandConfiguration(
        "create", abstract: "Define a subscription.",
        discussion: """
            All conditions have to be met; without any, every record is delivered. Names of topics \
            and subscriptions are different, because clients see both as topics.
            """,
        examples: [
            Example(
                "sluice subscription create late --topic flights --where 'dep_delay > 60'",
                "Records for which a condition is TRUE."),
            Example(
                "sluice subscription create paid --topic orders --tag 'card || cash'",
                "Records with one of two tags."),
            Example(
                "sluice subscription create errors -t log -p 'error|fatal' --pattern-flags i",
                "Records in which a regular expression is found."),
        ])

    @Argument(help: "The subscription's name.")
    var name: String

    @Option(name: [.long, .customShort("t")], help: "The topic that it reads.")
    var topic: String

    @OptionGroup(title: "Filter") var filter: FilterArguments
    @OptionGroup(title: "Errors") var onError: SubscriptionPolicyArgument
    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let created = try place.withBroker(creates: false, console: console) { broker in
            let format = try broker.topic(topic).settings.format
            let compiled = try filter.compile(
                format, errorPolicy: onError.policy ?? .drop, allowsVolatile: false)
            try broker.createSubscription(name, topic: topic, filter: compiled.definition)
            return SubscriptionReport(try broker.subscription(name))
        }
        switch output.output {
        case .json: try created.details.print(to: console, as: .json)
        case .text:
            try console.line(
                "created subscription \(name) of \(topic): \(created.conditions)")
        }
        return .done
    }
}
