import ArgumentParser
import Broker
import CommitLog

/// `sluice topic alter`.
struct TopicAlter: Command {
    static let configuration = CommandConfiguration(
        "alter", abstract: "Change how a topic's payloads are read and its records kept.",
        discussion: """
            The number of partitions stays. What a new retention makes too old is removed at \
            once; a new level of \
            compression holds for what is sealed from now on.
            """,
        examples: [
            Example("sluice topic alter events --format json", "Read the payloads as JSON."),
            Example(
                "sluice topic alter sales --format csv --columns id,item,price",
                "Name the columns of CSV payloads."),
            Example(
                "sluice topic alter events --retention 7d --retention-bytes 10GiB",
                "Keep a week, and no more than 10 GiB a partition."),
            Example(
                "sluice topic alter users --config cleanup.policy=compact",
                "Keep the newest record of each key; by Kafka's name."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var format: TopicFormatOptions
    @OptionGroup var storage: TopicStorageOptions

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let newFormat = try format.payloadFormat()
        let report = try place.withBroker(creates: false, console: console) { broker in
            var settings = try broker.topic(name).settings
            let changesStorage = try storage.apply(to: &settings)
            guard changesStorage || newFormat != nil else {
                throw CommandFailure.usage(
                    "Nothing to change: give --format (for csv with --columns), or an option of "
                        + "storage such as --retention.")
            }
            try broker.changeTopic(
                name, format: newFormat, settings: changesStorage ? settings : nil)
            return try TopicReport(
                broker.topic(name), stored: broker.storage(of: name).partitions)
        }
        switch output.output {
        case .json: try report.details.print(to: console, as: .json)
        case .text:
            try console.line("changed topic \(name)")
            for subscription in report.topic.subscriptions where newFormat != nil {
                console.note(
                    "Subscription \(subscription) keeps reading the payloads as before; define its "
                        + "filter again with: sluice subscription alter \(subscription)")
            }
        }
        return .done
    }
}
