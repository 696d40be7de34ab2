import ArgumentParser
import Broker
import Connectors
import Records

/// `sluice group reset`.
struct GroupReset: Command {
    static let configuration = CommandConfiguration(
        "reset", abstract: "Move a group to another position.",
        examples: [
            Example("sluice group reset mailer --on late --to earliest", "Read it all again."),
            Example(
                "sluice group reset mailer --on late --to @2013-01-15T00:00:00Z",
                "Go on with the first records at or after a time."),
            Example(
                "sluice group reset mailer --on late --to 120 --partition 0",
                "Go on with an offset."),
        ])

    @Argument(help: "The group; it is made if there is none.")
    var name: String

    @Option(help: ArgumentHelp("The topic or subscription that it reads.", valueName: "name"))
    var on: String

    @Option(
        help: ArgumentHelp(
            "earliest, latest, an offset, @TIME, or --to=-N for N before the end.",
            valueName: "position"))
    var to: StartPosition

    @Option(help: "Only this partition.")
    var partition: Int32?

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var table = Table("Partition", "Position", "End", "Left")
        try place.withBroker(creates: false, console: console) { broker in
            let topic = try broker.topic(of: on)
            let source = try broker.openSource(topic: topic.name, end: .current, selector: nil)
            defer { source.close() }
            try to.seek(source, of: topic)
            if let partition, !topic.partitions.contains(where: { $0.index == partition }) {
                throw BrokerError.unknownPartition(
                    topic: topic.name, partition: partition, count: Int32(topic.partitions.count))
            }
            var offsets: [Int32: RecordOffset] = [:]
            for place in topic.partitions where partition == nil || place.index == partition {
                let position = source.position(of: TopicPosition.split(place.index))
                guard let offset = TopicPosition.decode(position) else { continue }
                offsets[place.index] = offset
                table.add([
                    .count(Int64(place.index)), .count(offset.rawValue),
                    .count(place.end.rawValue), .count(place.end.rawValue - offset.rawValue),
                ])
            }
            try broker.saveGroupPositions(name, stream: on, offsets)
        }
        try table.print(to: console, as: output.output)
        return .done
    }
}
