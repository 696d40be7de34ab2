import ArgumentParser
import Broker

/// `sluice topic delete`.
struct TopicDelete: Command {
    static let configuration = CommandConfiguration(
        "delete", abstract: "Delete a topic with all its records.",
        discussion: """
            Asks first if a person is there to answer; otherwise --yes is needed. A topic with \
            subscriptions is not deleted: delete those first.
            """,
        examples: [
            Example("sluice topic delete flights", "Asks, then deletes."),
            Example("sluice topic delete flights --yes", "Deletes without asking, for scripts."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let status = try place.withBroker(creates: false, console: console) {
            broker -> ExitStatus in
            let topic = try broker.topic(name)
            let question =
                "Delete topic \(name) with \(Quantity.count(topic.recordCount)) records?"
            guard try yes || Confirmation.ask(question, console) else { return .failed }
            try broker.deleteTopic(name)
            return .done
        }
        guard status == .done else {
            console.note("nothing was deleted")
            return status
        }
        switch output.output {
        case .json:
            var details = Details()
            details.add("Deleted", .text(name))
            try details.print(to: console, as: .json)
        case .text: try console.line("deleted topic \(name)")
        }
        return .done
    }
}
