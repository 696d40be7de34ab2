import ArgumentParser
import Broker

/// `sluice group delete`.
struct GroupDelete: Command {
    static let configuration = CommandConfiguration(
        "delete", abstract: "Forget a group's positions.",
        discussion: "No record is deleted; the group begins anew when it is used again.",
        examples: [
            Example("sluice group delete mailer --yes", "On all that it reads."),
            Example("sluice group delete mailer --on late", "On one; asks first."),
        ])

    @Argument(help: "The group.")
    var name: String

    @Option(help: ArgumentHelp("Only on this topic or subscription.", valueName: "name"))
    var on: String?

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let streams = try place.withBroker(creates: false, console: console) { broker -> [String] in
            let streams = try GroupReport.find(name, on: on, in: broker).map(\.group.stream)
            let question = "Forget the positions of \(name) on \(streams.joined(separator: ", "))?"
            guard try yes || Confirmation.ask(question, console) else { return [] }
            for stream in streams { try broker.deleteGroup(name, stream: stream) }
            return streams
        }
        guard !streams.isEmpty else {
            console.note("nothing was deleted")
            return .failed
        }
        switch output.output {
        case .json:
            var details = Details()
            details.add("Deleted", .text(name))
            details.add("On", .list(streams))
            try details.print(to: console, as: .json)
        case .text:
            try console.line("deleted group \(name) on \(streams.joined(separator: ", "))")
        }
        return .done
    }
}
