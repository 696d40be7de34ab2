import ArgumentParser
import Broker
import Records

/// `sluice topic trim`.
struct TopicTrim: Command {
    static let configuration = CommandConfiguration(
        "trim", abstract: "Remove a topic's oldest records.",
        discussion: """
            As Kafka's DeleteRecords. Offsets do not change, and records from the point on stay. \
            Cannot be undone, so it asks first if a person is there to answer; otherwise --yes is \
            needed.
            """,
        examples: [
            Example("sluice topic trim flights --before 1000 --yes", "Up to an offset."),
            Example(
                "sluice topic trim flights --before @2024-01-01 --partition 0 --yes",
                "Up to the first record at or after a time, in one partition."),
            Example("sluice topic trim flights --before latest --yes", "Empty the topic."),
        ])

    @Argument(help: "The topic.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "An offset, -N for all but the last N, latest for all, or @TIME.",
            valueName: "position"))
    var before: StartPosition

    @Option(help: "Only this partition.")
    var partition: Int32?

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let report = try place.withBroker(creates: false, console: console) {
            broker -> TopicReport? in
            let topic = try broker.topic(name)
            guard try yes || Confirmation.ask("Remove records of topic \(name)?", console) else {
                return nil
            }
            for part in topic.partitions where partition == nil || partition == part.index {
                try broker.trimTopic(name, partition: part.index, before: point(in: part))
            }
            if let partition, !topic.partitions.contains(where: { $0.index == partition }) {
                try broker.trimTopic(name, partition: partition, before: .time(0))
            }
            return try TopicReport(
                broker.topic(name), stored: broker.storage(of: name).partitions)
        }
        guard let report else {
            console.note("nothing was removed")
            return .failed
        }
        switch output.output {
        case .json: try report.details.print(to: console, as: .json)
        case .text:
            let count = Quantity.count(report.topic.recordCount)
            try console.line("trimmed topic \(name): \(count) records stay")
        }
        return .done
    }

    private func point(in partition: TopicDescription.Partition) -> TrimPoint {
        if case .time(let time) = before { return .time(time) }
        return .offset(before.offset(in: partition) ?? partition.start)
    }
}
