import ArgumentParser
import Platform
import Streams
import SystemPackage

/// `sluice sql`: runs statements in the foreground.
struct SQLCommand: Command {
    static let configuration = CommandConfiguration(
        "sql", abstract: "Run SQL over topics, files and standard input.",
        discussion: """
            SELECT prints its rows: JSON lines, or a table if a terminal reads them. INSERT INTO \
            writes to a topic, to a file ('out.jsonl') or to stdout. CREATE STREAM declares what \
            the statements behind it read; EXPLAIN shows how one would run.

            An INSERT that touches a topic is a job: its positions, its state and its output are \
            committed together under its name, so that a job that was killed goes on where it was \
            when it is run again, and nothing is missing or twice. The name is made of the \
            statement's text unless --job gives one. Late records go to the topic NAME.late, with \
            --on-error dead-letter those that cannot be read to NAME.dead-letter.

            A topic is read up to its present end, and all windows are closed then; with \
            --keep-open they stay open, for the records of the next run.
            """,
        examples: [
            Example(
                "sluice sql -e \"SELECT origin, COUNT(*) AS n FROM 'a.jsonl' GROUP BY origin\"",
                "Query a file."),
            Example(
                "sluice sql --job late hourly.sql --set min=15",
                "Run a script as a job; ${min} in it becomes 15."),
            Example(
                "sluice sql -e \"EXPLAIN SELECT * FROM flights WHERE dep_delay > 60\"",
                "See how a query over a topic would run."),
            Example(
                "zstdcat a.jsonl.zst | sluice sql -e 'SELECT a + b AS c FROM stdin LIMIT 5'",
                "Query standard input."),
        ])

    @Argument(
        help: "The script, or - for standard input.", completion: .file(extensions: ["sql"]))
    var file: String?

    @Option(
        name: [.customShort("e"), .customLong("execute")],
        help: ArgumentHelp("The script itself.", valueName: "text"))
    var text: String?

    @OptionGroup var place: BrokerOptions

    @Option(
        name: [.customShort("D"), .customLong("set")],
        help: ArgumentHelp("Replaces ${NAME} in the script.", valueName: "name=value"))
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "The job's name, under which an INSERT keeps its progress.", valueName: "name"))
    var job: String?

    @Flag(help: "Forget the job's progress and start from the beginning; output is appended again.")
    var restart = false

    @Flag(help: "Leave windows open at the end of a topic; the next run goes on.")
    var keepOpen = false

    @Option(
        help: ArgumentHelp(
            "Accept events that come so late after their window: 10s, 5m (default 0).",
            valueName: "duration"))
    var allowedLateness: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Wait so long for events out of order: 5s (default: as the stream declares, else 0).",
            valueName: "duration"))
    var watermarkDelay: DurationArgument?

    @OptionGroup(title: "Errors") var errors: JobErrorArguments

    @Option(
        name: [.long, .customShort("o")],
        help: "text: a table; json: one object a line. (default: text on a terminal, else json)")
    var output: OutputOptions.Form?

    mutating func validate() throws {
        guard (file == nil) != (text == nil) else {
            throw ValidationError(
                file == nil
                    ? "There is no script. Name a file, or give the text with -e."
                    : "There are two scripts. Give a file or -e, not both.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let script = try SQLScript(readText(), settings: settings)
        let catalog = CommandCatalog(place: place, keepsOpen: keepOpen, console: console)
        defer { catalog.close() }
        var options = QueryOptions()
        options.allowedLateness = allowedLateness?.milliseconds ?? 0
        options.watermarkDelay = watermarkDelay?.milliseconds ?? 0
        let form = output ?? (console.isOutputTerminal ? .text : .json)
        var run = SQLRun(
            script: script, catalog: catalog, options: options, form: form,
            reportForm: output ?? .text, console: console,
            job: JobChoice(name: job, restarts: restart), onError: errors.policy)
        let status = try script.showingMistakes { try run.runAll() }
        try catalog.finish()
        return status
    }

    private func readText() throws -> String {
        if let text { return text }
        let limit = StreamLimits.scriptByteCountMax
        var bytes: [UInt8] = []
        // Read to the end and not by its size: a named pipe, as bash's <(...) gives, has none.
        let fileSystem = RealFileSystem()
        let script =
            file == "-"
            ? fileSystem.standardStream(.input) : try fileSystem.open(FilePath(file ?? ""), .read)
        while bytes.count <= limit, try script.readNext(into: &bytes, count: 64 << 10) > 0 {}
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure.usage(
                "\(file ?? "-"): the script is not UTF-8. Save it as UTF-8, then repeat.")
        }
        return text
    }
}
