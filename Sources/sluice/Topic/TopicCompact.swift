import ArgumentParser
import Broker

/// `sluice topic compact`.
struct TopicCompact: Command {
    static let configuration = CommandConfiguration(
        "compact", abstract: "Compact a topic now.",
        discussion: """
            Of each key only the newest record stays; offsets do not change. It happens by itself \
            when enough is new; this does it at once. The topic's policy has to be compact: \
            sluice topic alter NAME --cleanup compact
            """,
        examples: [
            Example("sluice topic compact users", "Keep the newest record of each user.")
        ])

    @Argument(help: "The topic.")
    var name: String

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let report = try place.withBroker(creates: false, console: console) { broker in
            try broker.compactTopic(name)
            return try TopicReport(
                broker.topic(name), stored: broker.storage(of: name).partitions)
        }
        switch output.output {
        case .json: try report.details.print(to: console, as: .json)
        case .text: try console.line("compacted topic \(name)")
        }
        return .done
    }
}
