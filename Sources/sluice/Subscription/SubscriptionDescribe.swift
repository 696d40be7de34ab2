import ArgumentParser
import Broker

/// `sluice subscription describe`.
struct SubscriptionDescribe: Command {
    static let configuration = CommandConfiguration(
        "describe", abstract: "Show a subscription's conditions, versions and counts.",
        discussion: """
            A version decides about the records from its offsets on, in the order of the \
            partitions. The counts are of what groups have read: see subscription stats.
            """,
        examples: [Example("sluice subscription describe late", "Everything about it.")])

    @Argument(help: "The subscription.")
    var name: String

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let (report, counts) = try place.withBroker(creates: false, console: console) { broker in
            (
                SubscriptionReport(try broker.subscription(name)),
                try broker.filterCounts(ofSubscription: name)
            )
        }
        var details = report.details
        let table = SubscriptionReport.counts(counts)
        switch output.output {
        case .json:
            details.add("Versions", report.versions.objects)
            details.add("Counts", table.objects)
            try details.print(to: console, as: .json)
        case .text:
            try details.print(to: console, as: .text)
            try console.line("")
            try report.versions.print(to: console, as: .text)
            guard !table.rows.isEmpty else { break }
            try console.line("")
            try table.print(to: console, as: .text)
        }
        return .done
    }
}
