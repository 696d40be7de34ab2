import ArgumentParser
import Broker
import CommitLog

/// `sluice topic describe`.
struct TopicDescribe: Command {
    static let configuration = CommandConfiguration(
        "describe", abstract: "Show a topic's settings, partitions and place on the disk.",
        discussion: """
            Offsets run from start to end; the end is the offset that the next record gets. What is \
            sealed lies in the topic's own compressed segments, what is newer in the commit log \
            that all topics share.
            """,
        examples: [
            Example("sluice topic describe flights", "Settings and partitions."),
            Example(
                "sluice topic describe flights -o json | jq .partitions[0].end",
                "The end offset of the first partition."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let (report, storage) = try place.withBroker(creates: false, console: console) { broker in
            let topic = try broker.topic(name)
            let storage = try broker.storage(of: name)
            return (TopicReport(topic, stored: storage.partitions), storage)
        }
        try report.details.print(to: console, as: output.output)
        if output.output == .text {
            try console.line("")
            try report.partitionTable.print(to: console, as: .text)
            console.note(
                "The commit log, shared by all topics, takes "
                    + "\(Quantity.bytes(storage.commitByteCount)).")
        }
        return .done
    }
}
