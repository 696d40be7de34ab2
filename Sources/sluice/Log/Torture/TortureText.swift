import Platform
import SystemPackage

/// The report of a torture, for people and for programs.
struct TortureText {
    let report: TortureReport
    let seed: UInt64
    let elapsed: Duration
    /// The directory, if it stays.
    let kept: FilePath?

    private var seconds: Double { Double(elapsed.wholeNanoseconds) / 1e9 }

    func print(to console: Console, as form: OutputOptions.Form) throws {
        switch form {
        case .json: try details.print(to: console, as: .json)
        case .text:
            var table = Table(
                "Fault", "Cycles", "Acknowledged", "Checked", "Torn tails", "Findings")
            for fault in TortureFault.allCases where report[fault].cycles > 0 {
                let figures = report[fault]
                table.add([
                    .text(fault.purpose), .count(Int64(figures.cycles)),
                    .count(figures.acknowledged), .count(figures.checked),
                    .count(Int64(figures.torn)), .count(Int64(figures.findings)),
                ])
            }
            try table.print(to: console, as: .text, whenEmpty: "Nothing was done.")
            for finding in report.findings {
                try console.line("\(finding.kind.rawValue): \(finding.text)")
            }
            try console.line(summary)
            if let kept { console.note("the directory stays: \(kept.string)") }
        }
    }

    private var summary: String {
        let total = report.total
        let counts = TortureFinding.Kind.allCases.map { "\(report.count(of: $0)) \($0.rawValue)" }
        return "\(Quantity.count(Int64(total.cycles))) cycles, "
            + "\(Quantity.count(total.acknowledged)) frames acknowledged, "
            + "\(Quantity.count(total.checked)) records compared: "
            + counts.joined(separator: ", ") + "; seed \(seed), \(Quantity.seconds(seconds))"
    }

    private var details: Details {
        let total = report.total
        var details = Details()
        details.add("Seed", .count(Int64(clamping: seed)))
        details.add("Cycles", .count(Int64(total.cycles)))
        details.add("Acknowledged", .count(total.acknowledged))
        details.add("Checked", .count(total.checked))
        for kind in TortureFinding.Kind.allCases {
            details.add(kind.rawValue, .count(Int64(report.count(of: kind))))
        }
        let faults = TortureFault.allCases.filter { report[$0].cycles > 0 }
        details.add("Faults", .objects(faults.map(fields)))
        details.add(
            "Findings",
            .objects(
                report.findings.map {
                    [("kind", .text($0.kind.rawValue)), ("text", .text($0.text))]
                }))
        details.add("Seconds", .number(seconds))
        details.add("Directory", kept.map { .text($0.string) } ?? .none)
        return details
    }

    private func fields(_ fault: TortureFault) -> [(name: String, field: Field)] {
        let figures = report[fault]
        return [
            ("fault", .text(fault.rawValue)), ("cycles", .count(Int64(figures.cycles))),
            ("acknowledged", .count(figures.acknowledged)), ("checked", .count(figures.checked)),
            ("torn_tails", .count(Int64(figures.torn))),
            ("findings", .count(Int64(figures.findings))),
        ]
    }
}
