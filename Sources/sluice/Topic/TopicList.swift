import ArgumentParser
import Broker
import Records

/// `sluice topic list`.
struct TopicList: Command {
    static let configuration = CommandConfiguration(
        "list", abstract: "List all topics.",
        examples: [
            Example("sluice topic list", "A table."),
            Example("sluice topic list --output json | jq -r .topic", "The names alone."),
        ])

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var table = Table([
            Table.Column("Topic"), Table.Column("Partitions"), Table.Column("Format"),
            Table.Column("Records"), Table.Column("Sealed", name: "sealed_bytes"),
            Table.Column("Subscriptions"),
        ])
        try place.withBroker(creates: false, console: console) { broker in
            let stored = try TopicReport.stored(in: broker)
            for topic in try broker.topics() {
                table.add([
                    .text(topic.name), .count(Int64(topic.partitions.count)),
                    .text(topic.settings.format.name), .count(topic.recordCount),
                    .bytes(TopicReport(topic, stored: stored).sealedByteCount),
                    .list(topic.subscriptions),
                ])
            }
        }
        try table.print(
            to: console, as: output.output,
            whenEmpty: "There are no topics yet. Make one with: sluice topic create NAME")
        return .done
    }
}
