import ArgumentParser
import Broker
import Bytes
import Filters
import Platform
import Records

/// `sluice subscription test`: a filter tried on what the topic holds.
struct SubscriptionTest: Command {
    static let configuration = CommandConfiguration(
        "test", abstract: "Try a filter on a topic's stored records: samples and counts.",
        discussion: """
            Tries a subscription, or with --topic conditions that are not stored anywhere. Nothing \
            is changed, no positions are saved. Of a subscription the newest version is tried, on \
            all records.
            """,
        examples: [
            Example("sluice subscription test late", "What the subscription would deliver."),
            Example(
                "sluice subscription test --topic flights --where 'dep_delay > 60'",
                "What a subscription with that condition would deliver."),
        ])

    @Argument(help: "The subscription.")
    var name: String?

    @Option(name: [.long, .customShort("t")], help: "A topic, for conditions not yet stored.")
    var topic: String?

    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Option(
        name: [.long, .customShort("n")],
        help: ArgumentHelp("Show so many matching records (default: 5).", valueName: "count"))
    var limit = 5

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if (name == nil) == (topic == nil) {
            throw ValidationError("Name a subscription, or a topic with --topic.")
        }
        if limit < 0 { throw ValidationError("--limit cannot be \(limit). Use 0 or more.") }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try place.withBroker(creates: false, console: console) { broker in
            let selection = try ReadSelection(
                broker, name: topic, subscription: name, filter: filter,
                version: name == nil ? .inForce : .latest)
            let trial = try SubscriptionTrial(broker, selection, sampleCount: limit)
            if output.output == .text, !trial.samples.isEmpty {
                try console.write(trial.samples.rawSpan)
                try console.line("")
            }
            try trial.details(for: selection.stream, as: output.output)
                .print(to: console, as: output.output)
        }
        return StopSignals.received == nil ? .done : .interrupted
    }
}
