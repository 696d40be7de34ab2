import ArgumentParser
import Broker
import CommitLog
import Platform

/// `sluice bench produce`.
struct BenchProduce: Command {
    static let configuration = CommandConfiguration(
        "produce", abstract: "Measure how fast records are appended, and how long that takes.",
        discussion: """
            Producers send batches of one partition each, made beforehand, and wait when \
            --in-flight of them have no answer. With --rate each record is sent when it is due, \
            with those that became due meanwhile, and its time counts from then: a stall shows in \
            the percentiles of all records that it delayed.

            --acks all answers when the records are on the disk, 1 when they are written, 0 does \
            not wait for an answer. MB/s count values, 1 MB = 1,000,000 bytes.
            """,
        examples: [
            Example("sluice bench produce", "A million durable records of 100 bytes."),
            Example(
                "sluice bench produce --rate 1000 --records 10000",
                "Latency of single records, a thousand a second."),
            Example(
                "sluice bench produce --partitions 256 --record-size 1KiB -o json",
                "Many partitions, larger records, figures for a program."),
            Example(
                "sluice bench produce --while-sealing --records 5000000",
                "What sealing in the background costs the producers."),
        ])

    /// When a request is answered.
    enum Acks: String, CaseIterable, ExpressibleByArgument {
        case none = "0"
        case written = "1"
        case durable = "all"
    }

    @Option(help: "Number of records.")
    var records = 1_000_000

    @Option(help: "all: after fsync; 1: after the write; 0: no answer is waited for.")
    var acks = Acks.durable

    @Option(help: "Threads that send.")
    var producers = 1

    @Option(help: "Requests of a thread without an answer before it waits.")
    var inFlight = 64

    @Option(
        help: ArgumentHelp(
            "Records a second, each sent when it is due; default: as fast as answers come.",
            valueName: "n"))
    var rate: Double?

    @Option(
        help: ArgumentHelp(
            "Tag about one record of so many 'wanted', at most one a batch, the others 'other'.",
            valueName: "n", visibility: .hidden))
    var wantedEvery: Int?

    @Flag(
        help: """
            Append everything twice: first without sealing, then while the first half and what \
            follows is sealed; show both.
            """)
    var whileSealing = false

    @Flag(inversion: .prefixedNo, help: "Whether full commit-log files are sealed meanwhile.")
    var sealing = true

    @OptionGroup var options: BenchOptions

    func run(_ console: Console) throws -> ExitStatus {
        try options.check(records: records)
        guard (1...256).contains(producers), (1...100_000).contains(inFlight) else {
            throw CommandFailure.usage("--producers is 1 to 256, --in-flight 1 to 100,000.")
        }
        if let wantedEvery, wantedEvery < 1 {
            throw CommandFailure.usage("--wanted-every is at least 1.")
        }
        if let rate, !(rate >= 0.1 && rate <= 10_000_000) {
            throw CommandFailure.usage("--rate is 0.1 to 10,000,000 records a second.")
        }
        let before = whileSealing ? try measure(seals: false, keeps: true) : nil
        let report = try measure(seals: sealing || whileSealing, keeps: false)
        if let before {
            var details = before.details
            details.add("While sealing", .objects([report.fields]))
            details.add(
                "Throughput ratio", .number(report.recordsPerSecond / before.recordsPerSecond))
            switch options.output.output {
            case .json: try details.print(to: console, as: .json)
            case .text:
                try console.line("without sealing\n" + before.details.text)
                try console.line("\nwhile sealing\n" + report.details.text)
                let ratio = report.recordsPerSecond / before.recordsPerSecond
                try console.line("\nthroughput: \(Quantity.decimals(ratio, 2)) of that without")
            }
        } else {
            try report.details.print(to: console, as: options.output.output)
        }
        return .done
    }

    /// One run; `keeps` leaves the records for a second one, which then uses them.
    private func measure(seals: Bool, keeps: Bool) throws -> ProduceReport {
        var options = options
        if keeps { options.keep = true }
        if whileSealing, !keeps { options.existing = true }
        var logOptions = LogOptions()
        logOptions.sealsInBackground = seals
        var load = options.load(records: records)
        load.producers = producers
        load.inFlight = rate == nil ? inFlight : .max
        load.rate = rate
        load.durability = acks == .durable ? .fsync : .os
        load.awaitsAnswers = acks != .none
        load.wantedEvery = wantedEvery
        return try BenchTopic.use(options, logOptions: logOptions) { topic in
            let log = topic.broker.log
            let before = log.statistics
            let outcome = try load.run(log, topic.ids)
            return ProduceReport(
                load: load, partitions: topic.ids.count, acks: acks.rawValue, outcome: outcome,
                before: before, after: log.statistics, usage: ProcessUsage.current)
        }
    }
}
