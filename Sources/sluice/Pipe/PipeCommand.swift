import ArgumentParser
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records
import Streams

/// `sluice pipe`: filters and projects files or standard input, without a log.
struct PipeCommand: Command {
    static let configuration = CommandConfiguration(
        "pipe", abstract: "Filter and project standard input or files, without a log.",
        discussion: """
            Records that pass are written as they came in, byte for byte; with --select, one JSON \
            object a record. Input compressed with zstd or gzip is recognised by itself; an output \
            file is compressed if its name ends in .zst or .gz.

            Standard input, and files whose extension says nothing, are JSON Lines if --where or \
            --select is given, else plain lines. In JSON Lines and CSV a bare name in an \
            expression is a field; in lines, payload is the line.
            """,
        examples: [
            Example(
                "sluice pipe --where \"dep_delay > 60 AND dest LIKE 'S%'\" < flights.jsonl",
                "Keep the lines that match a condition."),
            Example(
                "sluice pipe -s 'carrier, dep_delay + arr_delay AS delay' flights.jsonl.zst",
                "Compute new rows."),
            Example(
                "sluice pipe --pattern 'error|fatal' --pattern-flags i --count app.log",
                "Count the lines in which a pattern is found."),
            Example(
                "sluice pipe -w 'v > 1' --dead-letter bad.jsonl --output-file ok.jsonl.zst",
                "Write to a compressed file; keep what cannot be read aside, with the reason."),
        ])

    @OptionGroup(title: "Input") var input: InputArguments
    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Option(
        name: [.long, .customShort("s")],
        help: ArgumentHelp(
            "Compute a JSON object of each record: 'a, b + c AS d'.", valueName: "list"))
    var select: String?

    @Option(
        name: [.long, .customShort("n")],
        help: ArgumentHelp("End after so many results.", valueName: "count"))
    var limit: Int64?

    @Flag(name: [.long, .customShort("c")], help: "Print only the number of results.")
    var count = false

    @OptionGroup(title: "Errors") var errors: ErrorArguments

    @Option(
        help: ArgumentHelp("Write there instead of to standard output.", valueName: "file"),
        completion: .file())
    var outputFile: String?

    @Flag(help: "Say at the end, on standard error, what became of all records.")
    var stats = false

    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if let limit, limit < 0 {
            throw ValidationError("--limit cannot be \(limit). Use 0 or more.")
        }
        if count, outputFile != nil {
            throw ValidationError("--count prints a number only. Leave --output-file out.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let format = try input.resolvedFormat(
            fallback: RecordFormats.named(
                filter.condition != nil || select != nil ? "jsonl" : "lines"))
        let source = try input.open(format, console: console)
        var programs: [Program] = []
        let operators: [any Operator]
        let target: any Target
        do {
            operators = try makeOperators(source, &programs)
            target = try openTarget(source, format)
        } catch {
            source.close()
            throw error
        }
        var options = PipelineOptions()
        options.onError = errors.policy
        options.readByteCount = Self.readByteCount
        options.commitInputByteCount = .max
        let run = PipelineRun(
            label: "pipe", console: console,
            writesStandardOutput: outputFile == nil && !count)
        // What is only passed on is not worth a second thread: its bytes would leave the cache.
        let ahead =
            operators.isEmpty ? source : ReadAheadSource.wrap(source, paths: Self.paths(programs))
        let checked = MissingFieldsSource.wrap(ahead, programs, console: console)
        let result = try run.run(checked, operators, target, options: options)
        try finish(result, console)
        return result.status
    }

    /// Bytes of input that are taken at a time: they and what the filter notes about them stay in
    /// the processor's second-level cache.
    private static let readByteCount = 256 << 10

    /// The fields of JSON payloads that the programs read, each once.
    private static func paths(_ programs: [Program]) -> [JSONPath] {
        var paths: [JSONPath] = []
        for case .payload(let path) in programs.flatMap(\.fields) where !paths.contains(path) {
            paths.append(path)
        }
        return paths
    }

    /// What is compiled is appended to `programs`, to look for fields that are missing.
    private func makeOperators(
        _ source: any Source, _ programs: inout [Program]
    ) throws -> [any Operator] {
        let streams = source.splits.map { RecordStream(topic: $0.text) }
        let now = { SystemClock().wallMilliseconds }
        var operators: [any Operator] = []
        if !filter.isEmpty {
            let compiled = try filter.compile(source.format, errorPolicy: errors.filterPolicy)
            operators.append(FilterOperator(compiled, streams: streams, now: now))
        }
        if let condition = filter.condition {
            let options = CompileOptions(shape: RowShape(source.format))
            programs.append(try Expression.compile(condition, options: options))
        }
        if let select {
            let list = try Self.compile(select, format: source.format)
            let program = RowProgram(
                list.program, values: list.values, streams: streams, now: now)
            operators.append(ProjectionOperator(program, names: list.names))
            programs.append(list.program)
        }
        if let limit { operators.append(LimitOperator(limit)) }
        return operators
    }

    private static func compile(_ list: String, format: PayloadFormat) throws -> SelectList {
        do throws(SQLError) {
            return try SelectList(list, format: format)
        } catch {
            throw CommandFailure.usage("--select, \(error.rendered(in: list))")
        }
    }

    private func openTarget(_ source: any Source, _ format: any RecordFormat) throws -> any Target {
        if count { return try CountingTarget(deadLetter: errors.deadLetter) }
        if select != nil {
            return try TargetFiles.open(
                outputFile, format: RecordFormats.named("jsonl"), deadLetter: errors.deadLetter)
        }
        var options = EncodeOptions()
        if case .csv(let columns) = source.format { options.csvColumns = columns }
        return try TargetFiles.open(
            outputFile, format: format, options: options, deadLetter: errors.deadLetter)
    }

    private func finish(_ result: PipelineRun.Result, _ console: Console) throws {
        if count {
            switch output.output {
            case .text: try console.line("\(result.report.written)")
            case .json: try console.line("{\"count\":\(result.report.written)}")
            }
        }
        let summary = RunSummary(report: result.report, elapsed: result.elapsed)
        if stats {
            try console.flush()
            summary.note(console, as: output.output)
            return
        }
        let warnings = summary.warnings(
            remedy: "Keep them with --on-error dead-letter --dead-letter FILE.")
        if !warnings.isEmpty { try console.flush() }
        for warning in warnings { Console.diagnose(warning) }
    }
}
