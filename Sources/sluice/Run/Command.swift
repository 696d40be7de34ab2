import ArgumentParser

/// What every command of ours is: it writes results and notes to a ``Console`` and says how it
/// ended.
protocol Command: ParsableCommand {
    /// Does the work.
    ///
    /// - Throws: ``CommandFailure``, or an error of a library, whose description is printed.
    mutating func run(_ console: Console) throws -> ExitStatus
}

extension Command {
    /// Runs the command and makes sure that what it printed is out before anything else is said.
    mutating func run() throws {
        let console = Console()
        let status: ExitStatus
        do {
            status = try run(console)
        } catch {
            // The results so far belong to the user; that they cannot be written matters less
            // than the failure that is about to be reported.
            try? console.flush()
            throw error
        }
        try console.flush()
        if status != .done { throw ExitCode(status.rawValue) }
    }
}
