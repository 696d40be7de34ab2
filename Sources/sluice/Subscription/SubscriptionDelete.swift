import ArgumentParser
import Broker

/// `sluice subscription delete`.
struct SubscriptionDelete: Command {
    static let configuration = CommandConfiguration(
        "delete", abstract: "Delete a subscription and its groups' positions.",
        discussion: "The topic keeps its records. Asks first, as topic delete does.",
        examples: [Example("sluice subscription delete late --yes", "Without asking.")])

    @Argument(help: "The subscription.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let isDeleted = try place.withBroker(creates: false, console: console) { broker in
            let subscription = try broker.subscription(name)
            let question = "Delete subscription \(name) of topic \(subscription.topic)?"
            guard try yes || Confirmation.ask(question, console) else { return false }
            try broker.deleteSubscription(name)
            return true
        }
        guard isDeleted else {
            console.note("nothing was deleted")
            return .failed
        }
        switch output.output {
        case .json:
            var details = Details()
            details.add("Deleted", .text(name))
            try details.print(to: console, as: .json)
        case .text: try console.line("deleted subscription \(name)")
        }
        return .done
    }
}
