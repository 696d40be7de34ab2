import ArgumentParser
import Broker

/// `sluice group list`.
struct GroupList: Command {
    static let configuration = CommandConfiguration(
        "list", abstract: "List the groups, what they read and how much is left.",
        examples: [Example("sluice group list", "A table.")])

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var table = Table("Group", "On", "Partitions", "Left", "Saved at")
        try place.withBroker(creates: false, console: console) { broker in
            for group in try broker.groups() {
                let report = try GroupReport(group, in: broker)
                table.add([
                    .text(group.group), .text(group.stream), .count(Int64(report.rows.count)),
                    .count(report.lag), .time(report.savedAt),
                ])
            }
        }
        try table.print(
            to: console, as: output.output,
            whenEmpty: "There are no groups. A group is made by: sluice consume TOPIC --group NAME")
        return .done
    }
}
