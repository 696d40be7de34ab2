/// Why a command ends without having done everything, in the words that the user reads.
///
/// Errors of the libraries need not be wrapped: whatever a command throws is printed by its
/// `description` and ends the process with ``ExitStatus/failed``. This is for what the commands
/// find out themselves, and for the other exit codes.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    /// What and where, then what next; printed behind `sluice: `.
    let description: String

    init(_ description: String, status: ExitStatus = .failed) {
        self.status = status
        self.description = description
    }

    /// What the user typed is wrong: nothing was begun.
    static func usage(_ description: String) -> CommandFailure {
        CommandFailure(description, status: .usage)
    }
}
