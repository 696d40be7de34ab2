import Connectors
import Platform
import Streams

/// Runs a pipeline in the foreground: shows progress, ends it on a stop signal after a commit, and
/// turns what became of the records into an exit status.
struct PipelineRun {
    /// What the progress bar says.
    let label: String
    let console: Console
    /// Whether results are printed while it runs.
    let writesStandardOutput: Bool

    init(
        label: String, console: Console, writesStandardOutput: Bool = false
    ) {
        self.label = label
        self.console = console
        self.writesStandardOutput = writesStandardOutput
    }

    /// What a run came to.
    struct Result {
        let report: PipelineReport
        let elapsed: Duration
        let status: ExitStatus
    }

    /// Runs to the end and closes source and target in any case.
    ///
    /// `make` makes the pipeline of both, with the options that it is given.
    func run(
        _ source: any Source, _ target: any Target, options: PipelineOptions,
        make: (any Source, any Target, PipelineOptions) throws -> Pipeline
    ) throws -> Result {
        let bar = ProgressBar(
            label, console: console, sharesTerminal: writesStandardOutput)
        var options = options
        options.onProgress = { report, progress in
            bar.update(
                done: progress?.read ?? 0, total: progress?.total,
                records: report.read + report.rejected)
        }
        options.whenIdle = { source.waitForInput() }
        defer {
            bar.finish()
            source.close()
        }
        let report: PipelineReport
        do {
            let pipeline = try make(source, target, options)
            report = try pipeline.run { StopSignals.received != nil }
        } catch {
            // The failure is told; what closing says besides would hide it.
            try? target.close()
            throw error
        }
        try target.close()
        return Result(report: report, elapsed: bar.elapsed, status: Self.status(of: report))
    }

    /// The same with operators in a row.
    func run(
        _ source: any Source, _ operators: [any Operator], _ target: any Target,
        options: PipelineOptions = PipelineOptions()
    ) throws -> Result {
        try run(source, target, options: options) { source, target, options in
            Pipeline(source: source, operators: operators, target: target, options: options)
        }
    }

    private static func status(of report: PipelineReport) -> ExitStatus {
        StopSignals.received.map { ExitStatus($0) } ?? (report.setAside > 0 ? .partlyDone : .done)
    }
}

extension PipelineReport {
    /// Records that took no part because they could not be parsed or evaluated.
    var setAside: Int64 { rejected + failed }
}
