import ArgumentParser
import Broker

/// `sluice subscription describe`.
struct SubscriptionDescribe: Command {
    static let configuration = CommandConfiguration(
        "describe", abstract: "Show a subscription's conditions and settings.",
        examples: [Example("sluice subscription describe late", "Everything about it.")])

    @Argument(help: "The subscription.")
    var name: String

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let report = try data.withBroker(creates: false, console: console) { broker in
            SubscriptionReport(try broker.subscription(name))
        }
        try report.details.print(to: console, as: output.output)
        return .done
    }
}
