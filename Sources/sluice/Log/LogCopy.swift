import ArgumentParser
import CommitLog
import Platform
import SystemPackage

/// `sluice log copy`.
struct LogCopy: Command {
    static let configuration = CommandConfiguration(
        "copy", abstract: "Copy a data directory, also while it is written.",
        discussion: """
            The copy is the state of a moment at or after the beginning: everything that was \
            acknowledged before is in it. It is made durable and then checked as `log verify` does; \
            damage of the source is copied, printed, and makes the exit code 1.
            """,
        examples: [
            Example("sluice log copy sluice-data backup", "Copy the data directory."),
            Example("sluice topic list --data backup", "What the copy holds."),
        ])

    @Argument(help: "The data directory.", completion: .directory)
    var source: String

    @Argument(help: "A new or empty directory.", completion: .directory)
    var target: String

    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        guard try RealFileSystem().status(of: FilePath(source)) != nil else {
            throw CommandFailure("there is no data directory '\(source)'.")
        }
        var copier = LogCopier(
            from: WorkingDirectory.absolute(FilePath(source)),
            to: WorkingDirectory.absolute(FilePath(target)))
        let report = try copier.run()
        let verification = report.verification
        switch output.output {
        case .json:
            var details = Details()
            details.add("Target", .text(target))
            details.add("Partitions", .count(Int64(report.partitions)))
            details.add("Records", .count(report.records))
            details.add("Bytes", .bytes(report.bytes))
            details.add("Position", .count(report.end.rawValue))
            details.add("Attempts", .count(Int64(report.attempts)))
            details.add(LogVerify.findings(verification))
            try details.print(to: console, as: .json)
        case .text:
            for damage in verification.damage { try console.line("damaged: \(damage)") }
            try console.line(
                "copied to \(target): \(Quantity.count(report.records)) records in "
                    + "\(report.partitions) partitions, \(Quantity.bytes(report.bytes)), "
                    + (verification.isWhole
                        ? "every byte checked"
                        : "\(verification.damage.count) damaged places"))
        }
        return verification.isWhole ? .done : .failed
    }
}
