import ArgumentParser
import Broker
import Bytes
import Connectors
import Filters
import Platform
import Records

/// `sluice subscription match`: who receives which records.
struct SubscriptionMatchCommand: Command {
    static let configuration = CommandConfiguration(
        "match", abstract: "Show for each record of a topic which subscriptions receive it.",
        discussion: """
            Evaluates the filters of all subscriptions of the topic in one pass over its stored \
            records, or over records of a file or of standard input with --file, which are read in \
            the topic's format. The latest version of each filter decides about all of them. Nothing \
            is changed, no positions are saved.

            A subscription that cannot evaluate a record stands there with what its policy makes of \
            it: flagged, dead_letter or stops. With --summary only the counts of each subscription \
            are shown: what its gate (an equality, an IN list or its tags) excluded without \
            evaluation, matched, refused and could not be evaluated.
            """,
        examples: [
            Example("sluice subscription match flights --limit 3", "The first three records."),
            Example(
                "sluice subscription match flights --from @2013-01-31T12:00:00Z -o json",
                "From a time on, one object a record."),
            Example(
                "tail -n 9 flights.jsonl | sluice subscription match flights --file -",
                "Records that are not stored yet."),
            Example(
                "sluice subscription match flights --summary",
                "How many records each subscription receives."),
        ])

    @Argument(help: "The topic.")
    var topic: String

    @Option(
        help: ArgumentHelp(
            "Read this file, or - for standard input, in place of the topic's records.",
            valueName: "file"), completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Where to begin: as for consume, an offset, @TIME, earliest, latest or --from=-N.",
            valueName: "position"))
    var from = StartPosition.earliest

    @Option(help: "Read this partition only.")
    var partition: Int32?

    @Option(
        name: [.long, .customShort("n")],
        help: ArgumentHelp("End after so many records.", valueName: "count"))
    var limit: Int64?

    @Flag(help: "Show the counts of each subscription and no records.")
    var summary = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if let limit, limit < 0 {
            throw ValidationError("--limit cannot be \(limit). Use 0 or more.")
        }
        if file != nil, from != .earliest || partition != nil {
            throw ValidationError("--from and --partition are for stored records, not for --file.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try place.withBroker(creates: false, console: console) { broker in
            let description = try broker.topic(topic)
            let subscriptions = try broker.subscriptions().filter { $0.topic == topic }
            guard !subscriptions.isEmpty else {
                throw CommandFailure(
                    "the topic \(topic) has no subscriptions. Make one with: "
                        + "sluice subscription create NAME --topic \(topic) --where CONDITION")
            }
            var matching = try SubscriptionMatching(subscriptions, topic: topic)
            let (source, splits) = try open(broker, description, console)
            defer { source.close() }
            try matching.run(source, splits, limit: limit ?? .max) {
                block, row, partition, subscriptions in
                guard !summary else { return }
                let offset = block.rows[row].offset
                try write(partition: partition, offset: offset, subscriptions, console)
            }
            if summary { try table(matching).print(to: console, as: output.output) }
            if matching.rejectedCount > 0 {
                console.note(
                    "\(Quantity.count(matching.rejectedCount)) records could not be parsed.")
            }
            guard StopSignals.received == nil else { return .interrupted }
            return matching.rejectedCount > 0 ? .partlyDone : .done
        }
    }

    private func open(
        _ broker: any BrokerAccess, _ description: TopicDescription, _ console: Console
    ) throws -> (source: any Source, splits: [(split: SplitName, partition: Int32)]) {
        if let file {
            let format =
                switch description.settings.format {
                case .json: "jsonl"
                case .csv: "csv"
                case .raw: "lines"
                }
            let source = try ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
                .openSource([file], format: RecordFormats.named(format), options: ScanOptions())
            guard source.format == description.settings.format else {
                source.close()
                throw CommandFailure(
                    "\(file) has other columns than the topic \(topic), whose filters go by their "
                        + "places. Give it the header line of the topic's columns: "
                        + "sluice topic describe \(topic)")
            }
            return (source, source.splits.map { ($0, 0) })
        }
        let source = try broker.openSource(topic: topic, end: .current, selector: nil)
        try from.seek(source, of: description)
        var partitions = description.partitions.map(\.index)
        if let partition {
            guard partitions.contains(partition) else {
                throw BrokerError.unknownPartition(
                    topic: topic, partition: partition, count: Int32(partitions.count))
            }
            partitions = [partition]
        }
        return (source, partitions.map { (TopicPosition.split($0), $0) })
    }

    /// A line for a record: partition, offset and subscriptions; `–` if there is none.
    private func write(
        partition: Int32, offset: Int64,
        _ subscriptions: [(name: String, action: SubscriptionMatching.Action)], _ console: Console
    ) throws {
        switch output.output {
        case .text:
            let names = subscriptions.map { name, action in
                action == .delivered ? name : "\(name) (\(action.rawValue))"
            }
            let text = names.isEmpty ? "–" : names.joined(separator: ", ")
            try console.line("\(partition)\t\(offset)\t\(text)")
        case .json:
            var details = Details()
            details.add("partition", .count(Int64(partition)))
            details.add("offset", .count(offset))
            let received = subscriptions.filter { $0.action == .delivered || $0.action == .flagged }
            details.add("subscriptions", .list(received.map(\.name)))
            for action in [SubscriptionMatching.Action.flagged, .deadLetter, .stops] {
                let names = subscriptions.filter { $0.action == action }.map(\.name)
                if !names.isEmpty { details.add(action.rawValue, .list(names)) }
            }
            try console.line(details.json)
        }
    }

    private func table(_ matching: SubscriptionMatching) -> Table {
        var table = Table("Subscription", "Seen", "Excluded", "Matched", "Refused", "Errors")
        for (place, name) in matching.names.enumerated() {
            let counts = matching.counts(of: place)
            table.add([
                .text(name), .count(Int64(counts.seen)), .count(Int64(counts.excluded)),
                .count(Int64(counts.matched)), .count(Int64(counts.refused)),
                .count(Int64(counts.errors)),
            ])
        }
        return table
    }
}
