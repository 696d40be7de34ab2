import ArgumentParser
import Broker

/// `sluice group describe`.
struct GroupDescribe: Command {
    static let configuration = CommandConfiguration(
        "describe", abstract: "Show a group's position in every partition.",
        examples: [Example("sluice group describe mailer", "On all that it reads.")])

    @Argument(help: "The group.")
    var name: String

    @Option(help: ArgumentHelp("Only on this topic or subscription.", valueName: "name"))
    var on: String?

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var table = Table("On", "Partition", "Position", "End", "Left", "Saved at")
        try place.withBroker(creates: false, console: console) { broker in
            for report in try GroupReport.find(name, on: on, in: broker) {
                for row in report.rows {
                    table.add([
                        .text(report.group.stream), .count(Int64(row.partition)),
                        .count(row.offset), .count(row.end), .count(row.lag),
                        .time(row.savedAt),
                    ])
                }
            }
        }
        try table.print(to: console, as: output.output)
        return .done
    }
}
