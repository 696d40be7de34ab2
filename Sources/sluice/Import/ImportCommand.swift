import ArgumentParser
import Broker
import Bytes
import CommitLog
import Connectors
import Filters
import Platform
import Records
import Streams
import SystemPackage

/// `sluice import`: files into a topic, resumable.
struct ImportCommand: Command {
    static let configuration = CommandConfiguration(
        "import", abstract: "Copy files into a topic; go on where an interrupted import ended.",
        discussion: """
            The position in each file is committed in the same frame of the log as the records \
            before it, under the import's name: an import that was ended at any instant, by \
            kill -9 or a power failure, goes on when it is run again, and the topic holds every \
            record once. When it has finished, running it again imports what the files have got \
            since then, if anything.

            The topic is made if there is none, with the format of the files. Files compressed with \
            zstd or gzip are recognised by themselves.
            """,
        examples: [
            Example(
                "sluice import flights.jsonl.zst -t flights --key carrier --timestamp ts",
                "Keys and timestamps out of the records."),
            Example(
                "sluice import *.csv --topic sales --on-error dead-letter",
                "Several files; rows that cannot be read go to the topic sales.dead-letter."),
            Example(
                "sluice import flights.jsonl --topic flights --restart",
                "Import once more, from the beginning."),
        ])

    @OptionGroup(title: "Input") var input: InputArguments

    @Option(name: [.long, .customShort("t")], help: "The topic; made if there is none.")
    var topic: String

    @OptionGroup(title: "Records") var assignment: AssignmentArguments

    @Option(
        help: ArgumentHelp(
            "Under which the positions are kept (default: made of topic and files).",
            valueName: "name"))
    var name: String?

    @Flag(help: "Forget the positions: import everything from the beginning, again.")
    var restart = false

    @OptionGroup(title: "Errors") var errors: TopicErrorArguments

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        guard !input.files.isEmpty else {
            throw ValidationError("Which file? Name at least one: sluice import FILE --topic TOPIC")
        }
        if input.files.contains("-") {
            throw ValidationError(
                "Standard input cannot be read again after an interruption. Use: sluice produce "
                    + topic)
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try place.withBroker(creates: true, console: console) { broker in
            let run = ImportRun(
                broker: broker, topic: topic, input: absoluteInput, assignment: assignment,
                policy: errors.policy, name: name, restarts: restart, console: console)
            let outcome = try run.run()
            try ImportReport(outcome, topic: topic, policy: errors.policy, broker.storage(of: nil))
                .print(to: console, as: output.output)
            return outcome.result.status
        }
    }

    /// The files from the root, so that an import goes on whatever directory it is started in.
    private var absoluteInput: InputArguments {
        var absolute = input
        absolute.files = input.files.map { WorkingDirectory.absolute(FilePath($0)).string }
        return absolute
    }
}
