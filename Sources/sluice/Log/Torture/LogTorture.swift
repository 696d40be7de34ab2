import ArgumentParser
import Platform
import SystemPackage

/// `sluice log torture`.
struct LogTorture: Command {
    static let configuration = CommandConfiguration(
        "torture", abstract: "Try to make the log lose data on a disk of yours.",
        discussion: """
            Each cycle loads a log, strikes it, opens it again and compares it with a ledger of \
            everything that was acknowledged, kept outside of it: nothing may be lost, doubled, out \
            of order or there in part, and damage must be named. All happens in a new directory \
            below DIR, which is removed at the end unless something was found. The exit code is 1 \
            if anything was.

            FAULTS
              power   power lost at a random call; unsynchronized writes lost, kept or mixed
              torn    power lost within a write
              flip    a bit flipped in a file
              full    no space on the disk, then room again
              fsync   a failing fsync
              kill    kill -9 of a process with three producers
            """,
        examples: [
            Example("sluice log torture /var/lib", "A hundred cycles of all faults."),
            Example(
                "sluice log torture . --faults kill --cycles 2000", "Two thousand times kill -9."),
            Example("sluice log torture . --duration 1h -o json", "An hour; for a program."),
        ])

    @Argument(help: "Where to make the directory: on the disk to try.", completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("How many cycles (default: 100).", valueName: "count"))
    var cycles: Int?

    @Option(help: ArgumentHelp("How long, for example 60s or 1h.", valueName: "time"))
    var duration: DurationArgument?

    @Option(help: ArgumentHelp("Repeats a run with one producer.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Which faults, with commas.", valueName: "list"))
    var faults = TortureFaultList(TortureFault.allCases)

    @Flag(help: "Keep the directory although nothing was found.")
    var keep = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard cycles ?? 1 > 0 else { throw ValidationError("--cycles must be at least 1.") }
        guard cycles == nil || duration == nil else {
            throw ValidationError("Name --cycles or --duration, not both.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let fileSystem = RealFileSystem()
        let base = WorkingDirectory.absolute(FilePath(directory))
        guard try fileSystem.status(of: base)?.kind == .directory else {
            throw CommandFailure(
                "there is no directory '\(directory)'. Name one on the disk to try.")
        }
        let seed = seed ?? SystemRandomness().next() >> 16
        let root = base.appending("sluice-torture-\(SystemRandomness().next() >> 32)")
        try fileSystem.createDirectory(root)
        let bar = ProgressBar("torturing", console: console)
        var run: TortureRun
        do {
            run = try TortureRun(root: root, seed: seed)
            try cycle(&run, bar)
        } catch {
            bar.finish()
            console.note("the directory stays: \(root.string)")
            throw error
        }
        bar.finish()
        let keeps = keep || run.report.findingCount > 0
        if !keeps { try fileSystem.removeTree(root) }
        let text = TortureText(
            report: run.report, seed: seed, elapsed: bar.elapsed, kept: keeps ? root : nil)
        try text.print(to: console, as: output.output)
        if let signal = StopSignals.received { return ExitStatus(signal) }
        return run.report.findingCount == 0 ? .done : .failed
    }

    /// Runs cycles until there were enough, or one has found something.
    private func cycle(_ run: inout TortureRun, _ bar: ProgressBar) throws {
        let kinds = faults.faults
        let limit = cycles ?? (duration == nil ? 100 : .max)
        let time = duration.map { Duration.milliseconds($0.milliseconds) }
        var index = 0
        while index < limit, StopSignals.received == nil {
            if let time, bar.elapsed >= time { break }
            guard try run.run(kinds[index % kinds.count]) else { break }
            index += 1
            let total = run.report.total
            let milliseconds = bar.elapsed.wholeNanoseconds / 1_000_000
            bar.update(
                done: time == nil ? Int64(index) : milliseconds,
                total: time == nil ? Int64(limit) : time.map { $0.wholeNanoseconds / 1_000_000 },
                records: total.checked)
        }
    }
}
