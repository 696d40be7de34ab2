import ArgumentParser
import Broker
import Bytes
import Connectors
import Filters
import Platform
import Records
import Streams
import SystemPackage

/// `sluice export`: a topic or subscription into a file, resumable.
struct ExportCommand: Command {
    static let configuration = CommandConfiguration(
        "export", abstract: "Copy a topic or a subscription to a file; go on where it ended.",
        discussion: """
            What is exported and how far the topic was read are committed together: an export that \
            was ended at any instant goes on when it is run again, and the file holds every record \
            once. When it has finished, running it again appends what is new. A file that is gone \
            is written anew.

            The file is compressed if its name ends in .zst or .gz. Its format is that of its \
            extension, else the topic's: jsonl for json, csv for csv, lines for raw.
            """,
        examples: [
            Example("sluice export flights flights.jsonl.zst", "A whole topic, compressed."),
            Example(
                "sluice export --subscription late late.jsonl", "What a subscription receives."),
            Example(
                "sluice export flights sfo.jsonl --where \"dest = 'SFO'\" --restart",
                "What matches; written anew."),
        ])

    @Argument(
        help: ArgumentHelp(
            "The topic (left out with --subscription), then the file.", valueName: "topic] <file"))
    var arguments: [String]

    @Option(name: [.long, .customShort("s")], help: "A subscription, in place of a topic.")
    var subscription: String?

    @Option(
        help: ArgumentHelp(
            "lines, jsonl, csv or raw (default: by the file's extension, then the topic's format).",
            valueName: "format"))
    var format: FormatArgument?

    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Flag(help: "Write the file anew from the beginning of the topic.")
    var restart = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        let needed = subscription == nil ? 2 : 1
        guard arguments.count == needed else {
            throw ValidationError(
                subscription == nil
                    ? "Name a topic and a file: sluice export TOPIC FILE"
                    : "Name one file: sluice export --subscription NAME FILE")
        }
        if file == "-" {
            throw ValidationError(
                "Standard output cannot be resumed. Use: sluice consume "
                    + (subscription ?? arguments[0]))
        }
    }

    private var name: String? { subscription == nil ? arguments[0] : nil }
    private var file: String { arguments[arguments.count - 1] }

    func run(_ console: Console) throws -> ExitStatus {
        let path = WorkingDirectory.absolute(FilePath(file))
        return try place.withBroker(creates: false, console: console) { broker in
            let selection = try ReadSelection(
                broker, name: name, subscription: subscription, filter: filter)
            let pipeline = "export:\(selection.stream):\(selection.topic.createdAt):\(path.string)"
            let isGone = try RealFileSystem().status(of: path) == nil
            let hadProgress = try broker.hasProgress(ofPipeline: pipeline)
            if restart || isGone, hadProgress {
                try broker.resetPipeline(pipeline)
                if !restart { console.note("\(file) is gone: exporting from the beginning") }
            }
            let result = try export(selection, to: path, pipeline, broker, console)
            try report(
                result, selection, isContinuation: hadProgress && !restart && !isGone, path, console
            )
            return result.status
        }
    }

    private func export(
        _ selection: ReadSelection, to path: FilePath, _ pipeline: String,
        _ broker: any BrokerAccess,
        _ console: Console
    ) throws -> PipelineRun.Result {
        let now = { SystemClock().wallMilliseconds }
        let operators = [
            SelectorOperator(selection.selector, streams: selection.streams, now: now)
        ]
        let store = LogProgressStore(broker, pipeline: pipeline)
        let target = try openTarget(selection.topic, path, store)
        let source: any TopicReading
        do {
            source = try broker.openSource(
                topic: selection.topic.name, end: .current, selector: nil)
        } catch {
            try? target.close()
            throw error
        }
        var options = PipelineOptions()
        options.onError = .skip
        options.fingerprint = StableHash.hash(
            Array("export \(selection.fingerprintText)".utf8).rawSpan)
        do {
            return try PipelineRun(label: "exporting", console: console).run(
                source, operators, target, options: options)
        } catch PipelineError.foreignState {
            throw CommandFailure(
                "\(file) was begun with other conditions, or the subscription was made anew since. "
                    + "Name another file, or write this one anew with --restart.")
        }
    }

    private func openTarget(
        _ topic: TopicDescription, _ path: FilePath, _ store: any ProgressStore
    ) throws -> any Target {
        let chosen = try format.map { try RecordFormats.named($0.name) }
        let recordFormat =
            try chosen ?? RecordFormats.suggested(by: path.string)
            ?? RecordFormats.named(topic.settings.format.recordFormatName)
        var options = EncodeOptions()
        if recordFormat.name == "csv" {
            guard case .csv(let columns) = topic.settings.format else {
                throw CommandFailure.usage(
                    "Topic \(topic.name) holds \(topic.settings.format.name), which is not written "
                        + "as csv. Use a name that ends in "
                        + ".\(topic.settings.format.recordFormatName), or --format.")
            }
            options.csvColumns = columns
        }
        let file = try OutputFile(
            path, format: recordFormat, options: options,
            compression: StreamCompression.suggested(by: path.string), isResumable: true,
            fileSystem: RealFileSystem())
        return FileTarget(file, store: store)
    }

    private func report(
        _ result: PipelineRun.Result, _ selection: ReadSelection, isContinuation: Bool,
        _ path: FilePath, _ console: Console
    ) throws {
        let report = result.report
        let size = try RealFileSystem().status(of: path)?.size ?? 0
        let seconds = max(1e-9, Double(result.elapsed.wholeNanoseconds) / 1e9)
        let rate = Double(report.read) / seconds
        switch output.output {
        case .json:
            var details = Details()
            details.add("Source", .text(selection.stream))
            details.add("File", .text(path.string))
            details.add("Records", .count(report.written))
            details.add("Read", .count(report.read))
            details.add("Continued", .flag(isContinuation))
            details.add("Complete", .flag(report.ending != .stopped))
            details.add("Bytes out", .bytes(report.bytesOut))
            details.add("File bytes", .bytes(size))
            details.add("Seconds", .seconds(seconds))
            details.add("Not evaluated", .count(report.failed))
            try details.print(to: console, as: .json)
        case .text:
            if isContinuation, report.read == 0 {
                return try console.line(
                    "nothing to export: \(file) has all of \(selection.stream); --restart writes it "
                        + "anew")
            }
            let start = isContinuation ? "went on and exported" : "exported"
            try console.line(
                "\(start) \(Quantity.count(report.written)) of \(Quantity.count(report.read)) "
                    + "records of \(selection.stream) to \(file): \(Quantity.bytes(report.bytesOut)), "
                    + "file \(Quantity.bytes(size)), \(Quantity.seconds(seconds)), "
                    + "\(Quantity.rate(rate)) records/s")
            if report.failed > 0 {
                let policy =
                    subscription.map { "treated as the error policy of \($0) says" } ?? "left out"
                console.note(
                    "\(Quantity.count(report.failed)) record\(report.failed == 1 ? "" : "s") could not "
                        + "be evaluated; \(policy)")
            }
            if report.ending == .stopped {
                console.note("stopped before the end; run the same command again to go on")
            }
        }
    }
}
