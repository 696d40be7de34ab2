import ArgumentParser
import Broker

/// `sluice topic alter`.
struct TopicAlter: Command {
    static let configuration = CommandConfiguration(
        "alter", abstract: "Change how a topic's payloads are read.",
        discussion: """
            The records stay as they are. The number of partitions and the level of compression \
            are those that the topic was created with.
            """,
        examples: [
            Example("sluice topic alter events --format json", "Read the payloads as JSON."),
            Example(
                "sluice topic alter sales --format csv --columns id,item,price",
                "Name the columns of CSV payloads."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var format: TopicFormatOptions

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let newFormat = try format.payloadFormat()
        guard let newFormat else {
            throw CommandFailure.usage("Nothing to change: give --format, for csv with --columns.")
        }
        let report = try data.withBroker(creates: false, console: console) { broker in
            try broker.alterTopic(name, format: newFormat)
            return TopicReport(try broker.topic(name), stored: TopicReport.stored(in: broker))
        }
        switch output.output {
        case .json: try report.details.print(to: console, as: .json)
        case .text:
            try console.line("changed topic \(name)")
            for subscription in report.topic.subscriptions {
                console.note(
                    "Subscription \(subscription) keeps reading the payloads as before; define its "
                        + "filter again with: sluice subscription alter \(subscription)")
            }
        }
        return .done
    }
}
