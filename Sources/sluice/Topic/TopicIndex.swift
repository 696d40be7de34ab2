import ArgumentParser
import Broker

/// `sluice topic index`.
struct TopicIndex: Command {
    static let configuration = CommandConfiguration(
        "index", abstract: "Summarise a topic's history for the filters of its subscriptions.",
        discussion: """
            Readers with a filter pass over blocks of history in which nothing can match. What they \
            go by is noted when a block is sealed, for the fields that the subscriptions of that \
            time name. After a new subscription this command makes what the older blocks lack; \
            without it everything is found all the same, only slower.
            """,
        examples: [
            Example("sluice topic index flights", "After a subscription on old records.")
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let made = try place.withBroker(creates: false, console: console) { broker in
            try broker.summarizeBlocks(of: name)
        }
        var details = Details()
        details.add("Topic", .text(name))
        details.add("Segments", .count(Int64(made.segments)))
        details.add("Blocks summarised", .count(Int64(made.blocks)), name: "blocks")
        try details.print(to: console, as: output.output)
        return .done
    }
}
