import ArgumentParser
import Broker
import Records

/// `sluice topic alter`.
struct TopicAlter: Command {
    static let configuration = CommandConfiguration(
        "alter", abstract: "Change a topic's settings.",
        discussion: """
            The records stay as they are: a new format changes how their payloads are read. The \
            number of partitions cannot be changed, because the partition of a key must not.
            """,
        examples: [
            Example("sluice topic alter events --format json", "Read the payloads as JSON."),
            Example(
                "sluice topic alter events --compression-level 12",
                "Compress more from the next sealing on."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var format: TopicFormatOptions

    @Option(help: "zstd level of sealed segments, 1 (fast) to 19 (small).")
    var compressionLevel: Int32?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let newFormat = try format.payloadFormat()
        guard newFormat != nil || compressionLevel != nil else {
            throw CommandFailure.usage(
                "Nothing to change: give --format, --columns or --compression-level.")
        }
        let report = try data.withBroker(creates: false, console: console) { broker in
            var settings = try broker.topic(name).settings
            if let newFormat { settings.format = newFormat }
            if let compressionLevel { settings.compressionLevel = compressionLevel }
            try broker.alterTopic(name, settings)
            return TopicReport(try broker.topic(name), stored: TopicReport.stored(in: broker))
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
