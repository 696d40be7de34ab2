import ArgumentParser
import CommitLog
import Platform
import Records
import SystemPackage

/// `sluice log repair`.
struct LogRepairCommand: Command {
    static let configuration = CommandConfiguration(
        "repair", abstract: "Make a log writable again that damage has made read-only.",
        discussion: """
            What is lost is named and stays lost: restoring from a copy is better. Everything else \
            stays readable. No offset is given again that may have been given before: where the end \
            of a partition is not known any more, its offsets jump. The damaged files are kept in \
            lost+found in the data directory. Asks first; --yes does not.
            """,
        examples: [
            Example("sluice log repair --dry-run", "What is lost, and what would be done."),
            Example("sluice log repair --yes", "Repairs without asking, for scripts."),
        ])

    @Flag(help: "Change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        try data.requireDirectory()
        let repair = LogRepair(directory: WorkingDirectory.absolute(data.directory))
        let plan = try repair.plan()
        guard plan.isNeeded, !dryRun else {
            try print(plan, wasDone: false, console)
            return .done
        }
        if output.output == .text { try print(plan, wasDone: false, console) }
        try console.flush()
        let question = "Repair \(data.directory.string), giving up what is lost?"
        guard try yes || Confirmation.ask(question, console) else {
            console.note("nothing was changed")
            return .failed
        }
        let report = try repair.run()
        switch output.output {
        case .json: try print(report, wasDone: true, console)
        case .text:
            for path in report.evidence { try console.line("kept: \(path.string)") }
            if let failure = report.sealingFailure {
                console.note("not yet moved to segments: \(failure)")
            }
            try console.line("repaired: the log takes records again")
        }
        return .done
    }

    private func print(_ report: RepairReport, wasDone: Bool, _ console: Console) throws {
        guard output.output == .text else {
            return try details(report, wasDone).print(to: console, as: .json)
        }
        for damage in report.damage { try console.line("damaged: \(damage)") }
        guard report.isNeeded else {
            return try console.line(
                report.damage.isEmpty
                    ? "there is nothing to repair"
                    : "the log takes records as it is; restore a copy")
        }
        for jump in report.jumps {
            try console.line(
                "topic \(jump.topic), partition \(jump.index): offsets "
                    + "\(jump.offsets.lowerBound.rawValue) to \(jump.offsets.upperBound.rawValue - 1) "
                    + "may have been given, and are not given again")
        }
        for topic in report.adopted {
            try console.line("topic \(topic) gets records whose own topic is not known any more")
        }
        try console.line(
            report.hasLostState
                ? "no snapshot is left: topics, subscriptions, group positions and jobs of before are lost"
                : "changes of topics, subscriptions, group positions and jobs in the lost frames are "
                    + "lost too")
    }

    private func details(_ report: RepairReport, _ wasDone: Bool) -> Details {
        var details = Details()
        details.add("Needed", .flag(report.isNeeded))
        details.add("Repaired", .flag(wasDone))
        details.add("Damage", .objects(report.damage.map { LogVerify.fields(of: $0) }))
        details.add(
            "Jumps",
            .objects(
                report.jumps.map {
                    [
                        ("topic", .text($0.topic)), ("partition", .count(Int64($0.index))),
                        ("first_offset", .count($0.offsets.lowerBound.rawValue)),
                        ("end_offset", .count($0.offsets.upperBound.rawValue)),
                    ]
                }))
        details.add("Adopted topics", .list(report.adopted))
        details.add("Lost state", .flag(report.hasLostState))
        details.add("Kept", .list(report.evidence.map(\.string)))
        details.add("Sealing failure", report.sealingFailure.map { .text($0) } ?? .none)
        return details
    }
}
