import ArgumentParser
import Broker
import Bytes
import Platform
import Records

/// `sluice consume`: the records of a topic or subscription to standard output.
struct ConsumeCommand: Command {
    static let configuration = CommandConfiguration(
        "consume", abstract: "Print the records of a topic or a subscription.",
        discussion: """
            Prints each payload and a newline, ends at the end that the topic had when reading \
            began, and reads partitions in turn: the order is that of the offsets within each.

            With --group the positions are saved after the records were written to standard \
            output, and the next run with that group goes on there: each record is delivered at \
            least once, and again if a run was killed before it had saved.

            FORMAT STRING
              %t topic   %p partition   %o offset   %T timestamp in ms   %h headers
              %k key     %K its length  %s payload  %S its length        %R length, 4 bytes
              %% percent sign; \\n \\r \\t \\0 \\\\ \\xNN; what is null gives nothing, length -1
            """,
        examples: [
            Example("sluice consume flights --limit 3", "The first three payloads."),
            Example(
                "sluice consume flights --where 'dep_delay > 60' -f '%o %k %s\\n'",
                "Matching records with offset and key."),
            Example(
                "sluice consume --subscription late --group mailer",
                "What is new since the group's last run."),
            Example(
                "sluice consume flights --from @2013-01-31T12:00:00Z --output json",
                "From a time on, as JSON with all that belongs to a record."),
        ])

    @Argument(help: "The topic; a subscription's name works as well.")
    var topic: String?

    @Option(name: [.long, .customShort("s")], help: "A subscription, in place of a topic.")
    var subscription: String?

    @Option(
        help: ArgumentHelp(
            """
            Where to begin: earliest, latest, an offset, @TIME in milliseconds since 1970 or \
            ISO 8601, or --from=-N for N before the end.
            """, valueName: "position"))
    var from = StartPosition.earliest

    @Option(help: "Read this partition only.")
    var partition: Int32?

    @Option(
        name: [.long, .customShort("n")],
        help: ArgumentHelp("End after so many records.", valueName: "count"))
    var limit: Int64?

    @Option(
        name: [.long, .customShort("g")],
        help: ArgumentHelp(
            "Go on where this consumer group ended; --from counts for its first run only.",
            valueName: "name"))
    var group: String?

    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Option(
        help: ArgumentHelp(
            """
            Read all of a subscription's history with one version of its filter: a number, latest, \
            or in-force (default) for the version that each record belongs to.
            """, valueName: "version"))
    var filterVersion = FilterVersionArgument.inForce

    @Option(
        name: [.long, .customShort("f")],
        help: ArgumentHelp("How to print a record (default: '%s\\n').", valueName: "format"))
    var formatString: String?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Whether blocks of history are passed over in which no record can pass the filter; the \
            result is the same.
            """)
    var index = true

    @Flag(help: "Say at the end, on standard error, what became of all records.")
    var stats = false

    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if topic != nil, subscription != nil {
            throw ValidationError("Give a topic or --subscription, not both.")
        }
        if topic == nil, subscription == nil {
            throw ValidationError("Name a topic, or a subscription with --subscription.")
        }
        if let limit, limit < 0 {
            throw ValidationError("--limit cannot be \(limit). Use 0 or more.")
        }
        if formatString != nil, output.output == .json {
            throw ValidationError("--format-string and --output json exclude each other.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let format: MessageFormat
        do throws(InvalidMessageFormat) {
            format =
                try formatString.map { text throws(InvalidMessageFormat) in
                    try MessageFormat(parsing: text)
                } ?? .payloadLine
        } catch {
            throw CommandFailure.usage("--format-string: \(error)")
        }
        StandardStream.output.enlargePipe()
        return try place.withBroker(creates: false, console: console) { broker in
            let selection = try ReadSelection(
                broker, name: topic, subscription: subscription, filter: filter,
                version: filterVersion)
            var consumer = try Consumer(
                broker, selection, from: from, partition: partition, group: group, limit: limit,
                usesIndex: index)
            var writer = MessageWriter(
                console, selection.topic, format: output.output == .json ? nil : format)
            try consumer.run(
                write: { block, selected, partition in
                    try writer.write(block, selected, partition: partition)
                },
                flush: { try console.flush() })
            try finish(consumer.outcome, console)
            return switch StopSignals.received {
            case .interrupt: .interrupted
            case .terminate: .terminated
            case nil: .done
            }
        }
    }

    private func finish(_ outcome: Consumer.Outcome, _ console: Console) throws {
        try console.flush()
        let failed = outcome.counts.reduce(0) { $0 + $1.failed }
        if stats {
            var details = Details()
            details.add("Delivered", .count(outcome.delivered))
            details.add("Bytes", .bytes(outcome.deliveredByteCount))
            let passedOver = outcome.passedOver
            details.add("Passed over unread", .count(passedOver.records), name: "skipped")
            details.add("In blocks", .count(passedOver.blocks), name: "skipped_blocks")
            details.add("Bytes of them", .bytes(passedOver.bytes), name: "skipped_bytes")
            for counts in outcome.counts { counts.add(to: &details) }
            details.add("Dead letters", .count(outcome.deadLetters))
            console.note(output.output == .json ? details.json : details.text)
        } else if failed > 0 {
            console.note(
                "\(Quantity.count(failed)) records could not be evaluated; --stats says why")
        }
    }
}
