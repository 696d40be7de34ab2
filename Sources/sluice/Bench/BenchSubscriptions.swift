import ArgumentParser
import Bytes
import Connectors
import Expressions
import Filters
import Platform
import Records
import SystemPackage

/// `sluice bench subscriptions`.
struct BenchSubscriptions: Command {
    static let configuration = CommandConfiguration(
        "subscriptions",
        abstract: "Measure how fast records pass the filters of many subscriptions of one topic.",
        discussion: """
            Reads flights into memory, makes subscriptions over them (tags; airports, airlines and \
            flight numbers with a delay; a few LIKE; 2 in 100 that look at every record) and times \
            all of them in one pass. One by one is the same with a filter for each subscription, up \
            to a hundred. One thread, the fastest of several passes, without reading.

            Deliveries are counted both ways and have to be equal. The peak of memory is that of the \
            process so far, records included.
            """,
        examples: [
            Example("sluice bench subscriptions", "1, 100 and 10,000 subscriptions."),
            Example(
                "sluice bench subscriptions --count 1000,100000 --input flights.jsonl -o json",
                "Other numbers, other flights, figures for a program."),
        ])

    @Option(help: ArgumentHelp("Numbers of subscriptions.", valueName: "n,…"))
    var count = "1,100,10000"

    @Option(
        help: ArgumentHelp(
            "JSON Lines with fields like the sample's (default: the repository's sample).",
            valueName: "file"), completion: .file())
    var input: String?

    @Option(help: ArgumentHelp("Least time for each measurement.", valueName: "seconds"))
    var seconds = 1.0

    @OptionGroup var output: OutputOptions

    /// Subscriptions up to which they are measured one by one as well.
    private static let oneByOneCountMax = 100
    /// Bytes of a batch, as consumers read them.
    private static let batchByteCount = 512 << 10

    func run(_ console: Console) throws -> ExitStatus {
        let counts = try numbers()
        guard seconds >= 0, seconds <= 600 else {
            throw CommandFailure.usage("--seconds is 0 to 600.")
        }
        let batches = try read()
        let timing = MatchTiming(batches, minimum: .milliseconds(Int64(seconds * 1_000)))
        var table = Table([
            Table.Column("Subscriptions"), Table.Column("Distinct"), Table.Column("Records/s"),
            Table.Column("For a record", name: "seconds_per_record"),
            Table.Column("Deliveries a record", name: "matches_per_record"),
            Table.Column("One by one, records/s", name: "one_by_one_records_per_second"),
            Table.Column("Faster", name: "ratio"),
            Table.Column("Compiled in", name: "compile_seconds"),
            Table.Column("Peak memory", name: "resident_bytes_peak"),
        ])
        let records = batches.reduce(0) { $0 + $1.rows.count }
        for count in counts where StopSignals.received == nil {
            table.add(try row(count, timing, records: records))
        }
        try table.print(to: console, as: output.output)
        if output.output == .text {
            console.note("\(Quantity.count(Int64(records))) records in memory, one thread")
        }
        return StopSignals.received == nil ? .done : .interrupted
    }

    private func numbers() throws -> [Int] {
        let limit = MatcherLimits().subscriptionCountMax
        return try count.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let number = Int(text), (1...limit).contains(number) else {
                throw CommandFailure.usage(
                    "--count: '\(text)' is no number from 1 to \(limit). "
                        + "Write numbers with commas: 1,100,10000.")
            }
            return number
        }
    }

    private func row(_ count: Int, _ timing: MatchTiming, records: Int) throws -> [Field] {
        let definitions = SampleSubscriptions.make(count)
        let clock = SystemClock()
        let start = clock.monotonic
        var matcher = try SubscriptionMatcher(definitions)
        let compileTime = start.duration(to: clock.monotonic)
        let together = timing.together(&matcher)
        var single: MatchTiming.Result?
        if count <= Self.oneByOneCountMax {
            var filters = try definitions.map { try SubscriptionFilter($0) }
            single = timing.oneByOne(&filters)
        }
        if let single, single.matchCount != together.matchCount {
            throw CommandFailure(
                "\(count) subscriptions: \(together.matchCount) deliveries in one pass, "
                    + "\(single.matchCount) one by one. This is a bug: please report it with the "
                    + "input.")
        }
        return [
            .count(Int64(count)), .count(Int64(matcher.conditionCount)),
            .number((1e9 / together.nanoseconds).rounded()),
            .seconds(together.nanoseconds / 1e9),
            .number(Double(together.matchCount) / Double(max(1, records))),
            single.map { .number((1e9 / $0.nanoseconds).rounded()) } ?? .none,
            single.map { .number($0.nanoseconds / together.nanoseconds) } ?? .none,
            .seconds(Double(compileTime.wholeNanoseconds) / 1e9),
            .bytes(ProcessUsage.current.residentByteCountPeak),
        ]
    }

    /// The records, each with its airline as the tag.
    private func read() throws -> [RecordBuffer] {
        let file = try input ?? SampleFile.find(nil).string
        let source = try ConnectorCatalogue(fileSystem: RealFileSystem(), clock: SystemClock())
            .openSource([file], format: RecordFormats.named("jsonl"), options: ScanOptions())
        defer { source.close() }
        var batches: [RecordBuffer] = []
        var buffer = RecordBuffer()
        var rejected: [RejectedRecord] = []
        for split in source.splits {
            while StopSignals.received == nil {
                let status = try source.read(
                    split, into: &buffer, rejected: &rejected,
                    byteCountMax: Self.batchByteCount)
                if !buffer.isEmpty { batches.append(Self.tagged(buffer)) }
                if status == .end { break }
            }
        }
        guard !batches.isEmpty else { throw CommandFailure("\(file) has no records.") }
        return batches
    }

    private static func tagged(_ buffer: RecordBuffer) -> RecordBuffer {
        var result = RecordBuffer()
        var extractor = JSONExtractor([JSONPath([.member("carrier")])])
        var arena: [UInt8] = []
        let block = buffer.block
        for row in 0..<block.count {
            var headers = HeaderList()
            if let value = block.value(row) {
                arena.removeAll(keepingCapacity: true)
                _ = extractor.extract(value, start: 0, arena: &arena)
                let cell = extractor.cell(0)
                if cell.kind == .string, cell.home == .input {
                    let tag = value.slice(Int(cell.bits), count: Int(cell.count))
                    headers.append(name: "TAGS", value: [UInt8](copying: tag))
                }
            }
            result.append(
                timestamp: block.rows[row].timestamp, key: block.key(row), value: block.value(row),
                headers: headers)
        }
        return result
    }
}
