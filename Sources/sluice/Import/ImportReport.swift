import Broker
import CommitLog
import Platform
import Streams

/// What an import tells at its end.
struct ImportReport {
    private let outcome: ImportRun.Outcome
    private let topic: String
    private let policy: PipelineOptions.ErrorPolicy
    private let storage: StorageDescription

    init(
        _ outcome: ImportRun.Outcome, topic: String, policy: PipelineOptions.ErrorPolicy,
        _ storage: StorageDescription
    ) {
        self.outcome = outcome
        self.topic = topic
        self.policy = policy
        self.storage = storage
    }

    private var report: PipelineReport { outcome.result.report }
    private var seconds: Double {
        max(1e-9, Double(outcome.result.elapsed.wholeNanoseconds) / 1e9)
    }
    private var rate: Double { Double(report.read) / seconds }
    private var byteCountOnDisk: Int64 { storage.byteCount }

    /// Prints one line for people, one object for programs.
    func print(to console: Console, as form: OutputOptions.Form) throws {
        if form == .json { return try details.print(to: console, as: .json) }
        if outcome.isUpToDate {
            try console.line(
                "nothing to import: topic \(topic) has all of it; --restart imports it again")
            return
        }
        let start = outcome.isContinuation ? "went on and imported" : "imported"
        try console.line(
            "\(start) \(Quantity.count(report.written)) records to \(topic): "
                + "\(Quantity.bytes(report.bytesIn)) in, log \(Quantity.bytes(byteCountOnDisk)) on "
                + "disk, \(Quantity.seconds(seconds)), \(Quantity.rate(rate)) records/s")
        if report.setAside > 0 {
            try console.line(SetAside(report, topic: topic, policy).sentence)
        }
        if report.ending == .stopped {
            console.note("stopped before the end; run the same command again to go on")
        }
    }

    private var details: Details {
        var details = Details()
        details.add("Topic", .text(topic))
        details.add("Records", .count(report.written))
        details.add("Continued", .flag(outcome.isContinuation))
        details.add("Complete", .flag(report.ending != .stopped))
        details.add("Bytes in", .bytes(report.bytesIn))
        details.add("Bytes on disk", .bytes(byteCountOnDisk))
        details.add("Seconds", .seconds(seconds))
        details.add("Records a second", .number(rate.rounded()), name: "records_per_second")
        details.add("Rejected", .count(report.rejected))
        details.add("Not evaluated", .count(report.failed))
        details.add("Dead letters", .count(report.deadLettered))
        return details
    }
}
