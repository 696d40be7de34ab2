import Expressions
import Platform
import Streams

/// The counters of a run by reason, as `--stats` and the ends of jobs print them.
struct RunSummary {
    let report: PipelineReport
    let elapsed: Duration

    private var seconds: Double { max(1e-9, Double(elapsed.wholeNanoseconds) / 1e9) }

    /// Every counter.
    var details: Details {
        var details = Details()
        details.add("read", .count(report.read + report.rejected))
        details.add("bytes read", .bytes(report.bytesIn))
        details.add("kept", .count(report.kept))
        details.add("refused", .count(report.refused))
        details.add("unknown", .count(report.unknown))
        details.add("not parsed", .count(report.rejected))
        details.add("malformed", .count(report.malformed))
        if report.undefinedArithmetic > 0 {
            details.add("undefined arithmetic", .count(report.undefinedArithmetic))
        }
        for error in EvaluationError.allCases where report[error] > 0 {
            details.add("failed: \(error)", .count(report[error]), name: "failed_\(error)")
        }
        details.add("not evaluated", .count(report.failed))
        details.add("late", .count(report.late))
        details.add("without time", .count(report.withoutTime))
        details.add("dead letters", .count(report.deadLettered))
        details.add("written", .count(report.written))
        details.add("bytes written", .bytes(report.bytesOut))
        details.add("commits", .count(report.commits))
        details.add("ending", .text(report.ending.rawValue))
        details.add("time", .seconds(seconds), name: "seconds")
        details.add(
            "records a second", .number((Double(report.read) / seconds).rounded()))
        return details
    }

    /// One line for people: `read 336,776, written 19,486, 12 late, 0.61 s (552 k/s)`.
    var line: String {
        var parts = [
            "read \(Quantity.count(report.read + report.rejected))",
            "written \(Quantity.count(report.written))",
        ]
        if report.late > 0 { parts.append("\(Quantity.count(report.late)) late") }
        if report.withoutTime > 0 {
            parts.append("\(Quantity.count(report.withoutTime)) without a time")
        }
        if report.setAside > 0 { parts.append("\(Quantity.count(report.setAside)) set aside") }
        let rate = Quantity.rate(Double(report.read) / seconds)
        return parts.joined(separator: ", ") + ", \(Quantity.seconds(seconds)) (\(rate)/s)"
    }

    /// Prints it on stderr.
    func note(_ console: Console, as form: OutputOptions.Form) {
        console.note(form == .json ? details.json : details.text)
    }

    /// Lines for records that have no part in the result although nobody asked for counters.
    ///
    /// `remedy` says how to keep those that were set aside.
    func warnings(remedy: String) -> [String] {
        let total = Quantity.count(report.read + report.rejected)
        var lines: [String] = []
        if report.setAside > 0 {
            let text = "\(Quantity.count(report.setAside)) of \(total) records set aside: "
            var reasons: [String] = []
            if report.rejected > 0 {
                reasons.append("\(Quantity.count(report.rejected)) not parsed")
            }
            if report.failed > 0 {
                reasons.append("\(Quantity.count(report.failed)) not evaluated")
            }
            lines.append(
                text + reasons.joined(separator: ", ")
                    + (report.deadLettered > 0 ? "." : ". \(remedy)"))
        }
        if report.withoutTime > 0 {
            lines.append(
                "\(Quantity.count(report.withoutTime)) of \(total) records are in no window: they have "
                    + "no event time, or one out of range.")
        }
        if report.late > 0 {
            lines.append(
                "\(Quantity.count(report.late)) of \(total) records came after their window was closed. "
                    + "Take them in with --watermark-delay or --allowed-lateness.")
        }
        return lines
    }
}
