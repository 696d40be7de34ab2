import ArgumentParser
import Broker
import Connectors
import Filters
import Platform
import Records
import Streams

/// `sluice produce`: records from standard input or files into a topic.
struct ProduceCommand: Command {
    static let configuration = CommandConfiguration(
        "produce", abstract: "Append records from standard input or files to a topic.",
        discussion: """
            Each line is a record; of CSV each row behind the header line. Without --format the \
            file's extension decides, then the topic's format: jsonl for json, csv for csv, lines \
            for raw; for a new topic the first byte, { meaning jsonl. What a terminal or a slow \
            pipe sends is durable as soon as it is read; nothing is remembered of the input: to go \
            on after an interruption, use import.
            """,
        examples: [
            Example("echo hello | sluice produce greetings --create-topic", "One record."),
            Example(
                "sluice produce flights flights.jsonl --key carrier --timestamp ts",
                "Keys and timestamps out of the records."),
            Example(
                "sluice produce alerts --tag disk --header host=db1 < alerts.log",
                "A tag and a header for every record."),
            Example(
                "printf 'k1:v1\\nk2:\\n' | sluice produce kv --key-delimiter : --tombstones",
                "A key before each payload; k2 is deleted."),
        ])

    @Argument(help: "The topic.")
    var topic: String

    @OptionGroup(title: "Input") var input: InputArguments
    @OptionGroup(title: "Records") var assignment: AssignmentArguments

    @Option(
        help: ArgumentHelp(
            "The text before it is the record's key, the text behind it the payload.",
            valueName: "text"))
    var keyDelimiter: String?

    @Option(help: ArgumentHelp("The tag of every record.", valueName: "tag"))
    var tag: String?

    @Option(
        name: [.long, .customShort("H")],
        help: ArgumentHelp(
            "A header of every record; may be repeated.", valueName: "name=value"))
    var header: [String] = []

    @Flag(
        help: """
            A record with an empty payload (jsonl: null) is stored without payload: in a topic that \
            keeps the last record of each key it deletes the key.
            """)
    var tombstones = false

    @Flag(help: "Make the topic if there is none, with the input's format.")
    var createTopic = false

    @OptionGroup(title: "Errors") var errors: TopicErrorArguments

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if keyDelimiter == "" { throw ValidationError("--key-delimiter cannot be empty.") }
        if keyDelimiter != nil, assignment.key != nil {
            throw ValidationError("--key and --key-delimiter both make the key. Use one of them.")
        }
        for text in header where !text.contains("=") || text.hasPrefix("=") {
            throw ValidationError("--header \(text): write it as name=value.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let result = try place.withBroker(creates: createTopic, console: console) { broker in
            try produce(to: broker, console)
        }
        let report = result.report
        switch output.output {
        case .json:
            try RunSummary(report: report, elapsed: result.elapsed).details
                .print(to: console, as: .json)
        case .text:
            try console.line(
                "produced \(Quantity.count(report.written)) "
                    + "\(report.written == 1 ? "record" : "records") to \(topic)")
            if report.setAside > 0 {
                console.note(SetAside(report, topic: topic, errors.policy).sentence)
            }
        }
        return result.status
    }

    private func produce(to broker: any BrokerAccess, _ console: Console) throws
        -> PipelineRun.Result
    {
        // Asked before the input is opened, which may wait for a person to type.
        if !createTopic { _ = try broker.topic(topic) }
        let source = try openSource(
            try broker.hasTopic(topic) ? broker.topic(topic).settings.format : nil, console)
        let operators: [any Operator]
        let target: TopicTarget
        do {
            operators = try makeOperators(source)
            try TopicInput.prepare(
                topic, for: source.format, in: broker, creates: createTopic, console: console)
            target = try TopicTarget(
                broker,
                topics: [
                    .main: topic, .deadLetter: TopicErrorArguments.deadLetterTopic(of: topic),
                ], pipeline: nil)
        } catch {
            source.close()
            throw error
        }
        var options = PipelineOptions()
        options.onError = errors.policy
        let run = PipelineRun(label: "producing", console: console)
        return try run.run(source, operators, target, options: options)
    }

    /// `known` is the topic's format; nil if there is no topic yet: then the first byte of standard
    /// input tells JSON Lines from lines.
    private func openSource(_ known: PayloadFormat?, _ console: Console) throws -> any Source {
        guard known == nil, input.format == nil, input.isStandardInput else {
            let name = (known ?? .raw).recordFormatName
            let format = try input.resolvedFormat(fallback: RecordFormats.named(name))
            return try input.open(format, console: console)
        }
        return try input.open(nil, console: console)
    }

    private func makeOperators(_ source: any Source) throws -> [any Operator] {
        var headers = HeaderList()
        if let tag { headers.append(name: "TAGS", value: Array(tag.utf8)) }
        for text in header {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            headers.append(name: String(parts[0]), value: Array(parts[1].utf8))
        }
        let isJSON = source.format == .json
        let shaping = RecordShaping(
            headers: headers, keyDelimiter: keyDelimiter.map { Array($0.utf8) },
            tombstone: tombstones ? Array((isJSON ? "null" : "").utf8) : nil)
        let streams = source.splits.map { RecordStream(topic: $0.text) }
        let assign = try assignment.makeOperator(source.format, streams: streams)
        return (shaping.isIdle ? [] : [shaping]) + [assign].compactMap { $0 }
    }
}
