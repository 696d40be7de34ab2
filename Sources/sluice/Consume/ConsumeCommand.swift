import ArgumentParser
import Broker
import Bytes
import Platform
import Records
import SystemPackage

/// `sluice consume`: the records of a topic or subscription to standard output.
struct ConsumeCommand: Command {
    static let configuration = CommandConfiguration(
        "consume", abstract: "Print the records of a topic or a subscription.",
        discussion: """
            Prints each payload and a newline, ends at the end that the topic had when reading \
            began (or with --follow never), and reads partitions in turn: the order is that of the \
            offsets within each.

            POSITIONS
              start, end        of each partition; also earliest, latest
              120, +10, -10     an offset; so many behind the start, or before the end
              @TIME             ms since 1970, ISO 8601, or -1h for so long ago
              A:B, :B, A:       from A up to, not including, B: an offset, @TIME or end;
                                in @T1:T2 the end may be a time or a length such as 30m

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
            Example(
                "sluice consume flights --from @-1h --follow", "What comes, and the last hour."),
            Example("sluice consume flights --from 100:200", "Offsets 100 to 199."),
        ])

    @Argument(help: "The topic; a subscription's name works as well.")
    var topic: String?

    @Option(name: [.long, .customShort("s")], help: "A subscription, in place of a topic.")
    var subscription: String?

    @Option(
        name: [.long, .customLong("offset")],
        help: ArgumentHelp(
            """
            Where to begin, and behind a colon where to end; see POSITIONS. A negative one is \
            written --from=-N.
            """, valueName: "position"))
    var from = ReadRange(from: .earliest)

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
            Whether blocks of history are passed over in which no record can pass the filter, and a \
            server keeps what a subscription refuses; the result is the same.
            """)
    var index = true

    @Flag(
        name: [.long, .customShort("F")],
        help: "Go on at the end and print what comes; ends at --limit or Control-C.")
    var follow = false

    @Flag(
        name: [.long, .customShort("e")],
        help: "End at the ends that the partitions have now; so it is without --follow.")
    var exitAtEnd = false

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
        if follow, exitAtEnd || from.end != nil {
            throw ValidationError(
                "--follow has no end: leave out --exit-at-end or the range's end.")
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
        if follow, case .directory(let path) = try place.place() {
            throw CommandFailure.usage(
                "--follow: nobody else writes to \(path.string) while this command holds it. Name a "
                    + "running server with --server HOST:PORT.")
        }
        return try place.withBroker(creates: false, console: console) { broker in
            let selection = try ReadSelection(
                broker, name: topic, subscription: subscription, filter: filter,
                version: filterVersion)
            var consumer = try Consumer(
                broker, selection, from: from, follows: follow, partition: partition, group: group,
                limit: limit, usesIndex: index)
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
            details.add("Unreadable batches", .count(outcome.unreadable))
            console.note(output.output == .json ? details.json : details.text)
        } else if failed > 0 {
            console.note(
                "\(Quantity.count(failed)) records could not be evaluated; --stats says why")
        }
        if let reason = outcome.unreadableReason {
            console.note(
                "\(Quantity.count(outcome.unreadable)) batches cannot be read and were passed over; "
                    + "the first: \(reason)")
        }
    }
}
