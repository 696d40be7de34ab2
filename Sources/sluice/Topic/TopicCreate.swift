import ArgumentParser
import Broker
import Records

/// `sluice topic create`.
struct TopicCreate: Command {
    static let configuration = CommandConfiguration(
        "create", abstract: "Create a topic.",
        discussion: """
            Records with a key go to the partition of the key's hash, as Kafka's clients choose it; \
            records without one go to the partitions in turn. The number of partitions cannot be \
            changed later. Records are kept for ever unless --retention or --retention-bytes says \
            otherwise (Kafka's default is seven days): an import of old files keeps their own times \
            and must not vanish.
            """,
        examples: [
            Example("sluice topic create flights --format json", "JSON payloads, one partition."),
            Example(
                "sluice topic create orders --format csv --columns id,item,price",
                "CSV payloads with named columns."),
            Example(
                "sluice topic create clicks --partitions 8 --compression-level 9 --retention 7d",
                "Eight partitions, stored smaller and sealed more slowly, kept for a week."),
            Example(
                "sluice topic create users --cleanup compact --config segment.bytes=1048576",
                "Only the newest record of each key is kept; settings also by Kafka's names."),
        ])

    @Argument(help: "The topic's name: letters, digits, '.', '_' and '-'.")
    var name: String

    @Option(help: "Number of partitions, 1 to \(TopicSettings.partitionCountMax).")
    var partitions: Int32 = 1

    @OptionGroup var format: TopicFormatOptions

    @OptionGroup var storage: TopicStorageOptions

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var settings = TopicSettings(
            partitionCount: partitions, format: try format.payloadFormat() ?? .raw)
        _ = try storage.apply(to: &settings)
        let wanted = settings
        let topic = try place.withBroker(creates: true, console: console) { broker in
            try broker.createTopic(name, wanted)
            return try broker.topic(name)
        }
        switch output.output {
        case .json:
            try TopicReport(topic, stored: [:]).details.print(to: console, as: .json)
        case .text:
            let count = topic.partitions.count
            try console.line(
                "created topic \(name): \(count) \(count == 1 ? "partition" : "partitions"), "
                    + topic.settings.format.name)
        }
        return .done
    }
}
