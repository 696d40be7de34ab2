import ArgumentParser

/// A command line that help shows.
///
/// A test parses every one of them.
struct Example: Sendable {
    /// As it is typed in a shell; at most 76 characters, so that help does not wrap it.
    let line: String
    /// What it does.
    let purpose: String

    init(_ line: String, _ purpose: String) {
        self.line = line
        self.purpose = purpose
    }
}

extension CommandConfiguration {
    /// The configuration of a documented command: every command has at least one example.
    init(
        _ name: String, abstract: String, discussion: String = "", examples: [Example],
        version: String = "", subcommands: [any ParsableCommand.Type] = []
    ) {
        let shown = examples.map { "  \($0.line)\n      \($0.purpose)" }
        let text =
            (discussion.isEmpty ? "" : discussion + "\n\n")
            + "EXAMPLES\n" + shown.joined(separator: "\n")
        self.init(
            commandName: name, abstract: abstract, discussion: text, version: version,
            subcommands: subcommands)
    }
}
