import ArgumentParser
import Platform

/// The program: its command line, and what its exit codes mean.
@main
struct Sluice: ParsableCommand {
    static let configuration = CommandConfiguration(
        "sluice",
        abstract: "A durable message log, a filter engine and a stream processor in one program.",
        discussion: """
            Results go to standard output, everything else to standard error. Where a program may \
            read the results, --output json gives one JSON object a line.

            EXIT CODES
              0    done; also when the reader of the output wanted no more (| head)
              1    failed; nothing half-written is visible
              2    the command line, an expression or a statement is wrong; nothing was begun
              3    done, but records were set aside (--on-error skip or dead-letter)
              130  interrupted (Control-C), 143 terminated; what was committed before stays
            """,
        examples: [
            Example("source <(sluice completions bash)", "Complete commands in this bash session.")
        ],
        version: version,
        subcommands: [
            PipeCommand.self,
            SQLCommand.self,
            FilterCommand.self,
            DemoCommand.self,
            ServeCommand.self,
            TopicCommand.self,
            ProduceCommand.self,
            ConsumeCommand.self,
            SubscriptionCommand.self,
            GroupCommand.self,
            ContextCommand.self,
            ImportCommand.self,
            ExportCommand.self,
            LogCommand.self,
            BenchCommand.self,
            CompletionsCommand.self,
        ])

    /// The release.
    static let version = "0.1.0"

    /// Replaces the parser's own entry, because it would end with other codes than ours.
    static func main() {
        StandardStream.occupyClosed()
        _ = RealFileSystem()  // From here on a closed pipe is an error and not a signal.
        StopSignals.install()
        let status = CommandLineRun.run(Array(CommandLine.arguments.dropFirst()))
        exit(withError: ExitCode(status.rawValue))
    }
}
