import ArgumentParser
import Connectors
import Expressions
import Platform

/// Parses the command line, runs the command and turns whatever happens into an exit status and,
/// on stderr, a message.
enum CommandLineRun {
    /// `arguments` are those behind the program's name.
    static func run(_ arguments: [String]) -> ExitStatus {
        do {
            var command = try Sluice.parseAsRoot(arguments)
            try command.run()
            return .done
        } catch {
            return report(error)
        }
    }

    private static func report(_ error: any Error) -> ExitStatus {
        if let code = error as? ExitCode { return ExitStatus(rawValue: code.rawValue) ?? .failed }
        if isClosedOutput(error) { return .done }
        if let signal = StopSignals.received, isStopped(error) { return ExitStatus(signal) }
        if let failure = error as? CommandFailure {
            Console.diagnose(failure.description)
            return failure.status
        }
        if isOfArgumentParser(error) { return reportParsing(error) }
        Console.diagnose("\(error)")
        return .failed
    }

    /// Whether the reader of stdout has gone, as `head` does when it has seen enough: no error.
    private static func isClosedOutput(_ error: any Error) -> Bool {
        if case .closedByReader? = error as? TargetError { return true }
        guard let error = error as? IOError, error.failure == .brokenPipe else { return false }
        return error.path == RealFileSystem().standardStream(.output).path
    }

    /// Whether a stop signal ended the wait for the beginning of an input.
    private static func isStopped(_ error: any Error) -> Bool {
        let cause: IOError? =
            if case .inputOutput(let error)? = error as? SourceError { error } else {
                error as? IOError
            }
        return cause?.failure == .stopped
    }

    /// Help and the version go to stdout, mistakes with the usage to stderr.
    private static func reportParsing(_ error: any Error) -> ExitStatus {
        let text = Sluice.fullMessage(for: error)
        guard Sluice.exitCode(for: error) == .success else {
            let prefix = "Error: "
            Console.diagnose(
                withSuggestion(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
            )
            return .usage
        }
        let console = Console()
        do {
            try console.line(text)
            try console.flush()
            return .done
        } catch {
            return report(error)
        }
    }

    /// Adds the nearest command to the message about a mistyped one; the parser suggests options
    /// only.
    private static func withSuggestion(_ text: String) -> String {
        let start = "Unexpected argument '"
        guard text.hasPrefix(start), text.contains("<subcommand>"),
            let end = text.dropFirst(start.count).firstIndex(of: "'")
        else { return text }
        let name = String(text.dropFirst(start.count)[..<end])
        let names = Sluice.configuration.subcommands.map { $0._commandName }
        guard let nearest = NearestName.find(name, in: names) else { return text }
        let after = text.index(after: end)
        return "\(text[..<after]). Did you mean '\(nearest)'?\(text[after...])"
    }

    /// Whether the parser made it: its own types are not public, but it gives every other error
    /// the general code of failure.
    private static func isOfArgumentParser(_ error: any Error) -> Bool {
        Sluice.exitCode(for: error) != .failure
    }
}
