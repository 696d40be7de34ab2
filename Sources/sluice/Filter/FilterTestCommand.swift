import ArgumentParser
import Broker
import Connectors
import Expressions
import Filters
import Platform
import Records

/// `sluice filter test`: tries an expression on records.
struct FilterTestCommand: Command {
    static let configuration = CommandConfiguration(
        "test", abstract: "Try an expression on records: how many match, how fast, which.",
        discussion: """
            Reads standard input or files and changes nothing. Says how many records the \
            expression keeps, refuses, leaves UNKNOWN or cannot evaluate, how long it takes for \
            one, and shows the first ones that were kept and dropped. A field that no record has \
            is reported. Of a topic it says too what its index would let a reader with the \
            expression pass over; the test itself reads everything, to count it.
            """,
        examples: [
            Example(
                "sluice filter test 'dep_delay > 60' flights.jsonl.zst",
                "On a file."),
            Example(
                "sluice filter test 'dep_delay > 60' --topic flights",
                "On the records of a topic."),
            Example(
                "tail -n 99 app.log | sluice filter test --format lines \"payload RLIKE 'x'\"",
                "On lines from another program."),
        ])

    @Argument(help: "The condition, as --where takes it.")
    var expression: String

    @OptionGroup(title: "Input") var input: InputArguments

    @Option(help: ArgumentHelp("Read this topic instead of files.", valueName: "topic"))
    var topic: String?

    @OptionGroup var place: BrokerOptions

    @Option(help: "Whose rules: sluice, rocketmq or jms.")
    var dialect = ExpressionArguments.DialectArgument.sluice

    @Option(help: ArgumentHelp("Records of each kind to show.", valueName: "count"))
    var samples = 3

    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        guard (0...1_000).contains(samples) else {
            throw ValidationError("--samples has to be 0 to 1000.")
        }
        if topic != nil, !input.files.isEmpty {
            throw ValidationError("A topic and files cannot be read at once. Name one of them.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        if let topic {
            return try place.withBroker(creates: false, console: console) { broker in
                let source = try broker.openSource(topic: topic, end: .current, selector: nil)
                // Decompression and the filter each have a thread, if there is one partition.
                return try test(ReadAheadSource.wrap(source, paths: []), console) {
                    try broker.surveyIndex(of: topic, for: $0)
                }
            }
        }
        let format = try input.resolvedFormat(fallback: RecordFormats.named("jsonl"))
        // No fields are looked for on the way: the time of the filter is to have all of its work.
        let source = try ReadAheadSource.wrap(input.open(format, console: console), paths: [])
        return try test(source, console)
    }

    /// `survey` asks the index of the topic, if it is one.
    private func test(
        _ source: any Source, _ console: Console,
        survey: (SubscriptionFilter) throws -> IndexSurvey? = { _ in nil }
    ) throws -> ExitStatus {
        defer { source.close() }
        let shape = dialect == .sluice ? RowShape(source.format) : .properties
        let program = try ExpressionArguments.compile(
            expression, CompileOptions(dialect: dialect.dialect, shape: shape))
        var definition = FilterDefinition(errorPolicy: .drop, format: source.format)
        definition.clauses = [SQLFilter.clause(expression, dialect: dialect.dialect)]
        let filter = try SubscriptionFilter(definition, allowsVolatile: true)
        var trial = FilterTrial(filter, sampleCount: samples)
        var names = MissingFields([program])
        // Kept samples are shown as they are found: of a large topic the first at once.
        var shown = 0
        try trial.run(source) {
            names.look(at: $0)
        } afterBatch: { trial in
            guard output.output == .text, trial.kept.count > shown else { return }
            if shown == 0 { try console.line(ConsoleStyle.output.bold("kept:")) }
            for sample in trial.kept[shown...] { try console.line("  \(sample)") }
            shown = trial.kept.count
            try console.flush()
        }
        let found = try survey(filter)
        try show(trial, found, console)
        if let topic, let found, let advice = IndexReport.advice(found, topic) {
            console.note(advice)
        }
        for note in names.notes { console.note(note) }
        return trial.rejectedCount + Int64(trial.report.errors.reduce(0, +)) > 0
            ? .partlyDone : .done
    }

    private func show(
        _ trial: FilterTrial, _ survey: IndexSurvey?, _ console: Console
    ) throws {
        let report = trial.report
        var details = Details()
        details.add("read", .count(Int64(report.seen) + trial.rejectedCount))
        details.add("kept", .count(Int64(report.kept)))
        details.add(
            "hit rate", .number(Double(report.kept) / Double(max(1, report.seen))), name: "hit_rate"
        )
        details.add("refused", .count(Int64(report.refused.reduce(0, +))))
        details.add("unknown", .count(Int64(report.unknown)))
        details.add("not evaluated", .count(Int64(report.errors.reduce(0, +))))
        for error in EvaluationError.allCases where report[error: error] > 0 {
            details.add(
                "  \(error.vectorName)", .count(Int64(report[error: error])),
                name: "error_\(error)")
        }
        details.add("not parsed", .count(trial.rejectedCount))
        details.add("malformed", .count(Int64(report.malformed)))
        if report.undefinedArithmetic > 0 {
            details.add("undefined arithmetic", .count(Int64(report.undefinedArithmetic)))
        }
        details.add(
            "for a record", .seconds(trial.nanosecondsPerRecord / 1e9), name: "seconds_per_record")
        if let survey { details.add(IndexReport.details(survey)) }
        switch output.output {
        case .json:
            details.add("kept samples", .list(trial.kept))
            details.add("dropped samples", .list(trial.dropped))
            try console.line(details.json)
        case .text:
            try list("dropped", trial.dropped, console)
            try console.line(details.text)
        }
        if let reason = trial.firstRejection {
            console.note("The first record that could not be parsed: \(reason).")
        }
    }

    private func list(_ title: String, _ samples: [String], _ console: Console) throws {
        guard !samples.isEmpty else { return }
        try console.line(ConsoleStyle.output.bold("\(title):"))
        for sample in samples { try console.line("  \(sample)") }
    }
}
