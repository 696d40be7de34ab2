import ArgumentParser
import Testing

@testable import sluice

@Suite("The command line")
struct CommandLineTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        let error: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "What is wrong with the usage is said on stderr, and the exit code is 2",
        arguments: [
            Row(
                arguments: ["xyzzy"], status: 2,
                error: """
                    sluice: Unexpected argument 'xyzzy'
                    Usage: sluice <subcommand>
                      See 'sluice --help' for more information.

                    """),
            Row(
                arguments: ["pip"], status: 2,
                error: """
                    sluice: Unexpected argument 'pip'. Did you mean 'pipe'?
                    Usage: sluice <subcommand>
                      See 'sluice --help' for more information.

                    """),
            Row(
                arguments: ["pipe", "--limt", "1"], status: 2,
                error: """
                    sluice: Unknown option '--limt'. Did you mean '--limit'?
                    Usage: sluice pipe [<options>] [<file> ...]
                      See 'sluice pipe --help' for more information.

                    """),
            Row(
                arguments: ["pipe", "--pattern-flags", "i"], status: 2,
                error: """
                    sluice: --pattern-flags needs --pattern. Add the pattern, or leave it out.
                    Usage: sluice pipe [<options>] [<file> ...]
                      See 'sluice pipe --help' for more information.

                    """),
            Row(
                arguments: ["pipe", "--on-error", "dead-letter"], status: 2,
                error: """
                    sluice: --on-error dead-letter needs a file. Name it with --dead-letter FILE.
                    Usage: sluice pipe [<options>] [<file> ...]
                      See 'sluice pipe --help' for more information.

                    """),
            Row(
                arguments: ["pipe", "a.csv", "b.jsonl"], status: 2,
                error: """
                    sluice: a.csv looks like csv, but b.jsonl like jsonl. Say which with --format, \
                    or run once for each.

                    """),
            Row(
                arguments: ["pipe", "--pattern", "x", "--pattern-on", "body"], status: 2,
                error: "sluice: --pattern-on cannot be 'body'. Use value, key or header:NAME.\n"),
            Row(
                arguments: ["filter", "check", "--shape", "csv", "a"], status: 2,
                error: """
                    sluice: --shape csv needs the columns. Name them with --columns a,b,c.
                    Usage: sluice filter check <expression> [--dialect <dialect>] [--shape <shape>] \
                    [--columns <names>] [--output <output>]
                      See 'sluice filter check --help' for more information.

                    """),
        ])
    func usage(_ row: Row) throws {
        let outcome = try SluiceProcess.run(row.arguments, in: Scratch())
        #expect(outcome.error == row.error)
        #expect(outcome.output == "")
        #expect(outcome.status == row.status)
    }

    @Test("Help and the version are results: on stdout, with exit code 0")
    func helpIsAResult() throws {
        let scratch = try Scratch()
        for arguments in [["--help"], ["help", "pipe"], ["pipe", "--help"], ["--version"], []] {
            let outcome = try SluiceProcess.run(arguments, in: scratch)
            #expect(outcome.status == 0, "\(arguments)")
            #expect(outcome.error == "", "\(arguments)")
            #expect(!outcome.output.isEmpty, "\(arguments)")
        }
        #expect(try SluiceProcess.run(["--version"], in: scratch).output == "\(Sluice.version)\n")
    }

    @Test("The help of every command has an example, and every example parses")
    func examples() throws {
        var count = 0
        for command in Self.allCommands(from: Sluice.self) {
            let name = command._commandName
            let lines = command.configuration.discussion.split(separator: "\n")
            let start = try #require(
                lines.firstIndex { $0 == "EXAMPLES" }, "'\(name)' has no example")
            // An example is a line of two blanks and its purpose a line of six.
            let examples = lines[start...].filter { $0.hasPrefix("  ") && !$0.hasPrefix("      ") }
            #expect(!examples.isEmpty, "'\(name)' has no example")
            for example in examples {
                #expect(example.utf8.count <= 80, "too long for a terminal: \(example)")
                for arguments in ShellLine.programs(named: "sluice", in: String(example)) {
                    count += 1
                    #expect(throws: Never.self, "\(example)") {
                        _ = try Sluice.parseAsRoot(arguments)
                    }
                }
            }
        }
        #expect(count > 10)
    }

    /// A command and all below it.
    private static func allCommands(
        from root: any ParsableCommand.Type
    ) -> [any ParsableCommand.Type] {
        [root] + root.configuration.subcommands.flatMap { allCommands(from: $0) }
    }

    @Test("A completion script is printed for each shell and parses there", arguments: ["bash"])
    func completions(shell: String) throws {
        let scratch = try Scratch()
        for name in ["bash", "zsh", "fish"] {
            let outcome = try SluiceProcess.run(["completions", name], in: scratch)
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("sluice"))
            #expect(outcome.output.contains("pipe"))
        }
        let checked = try SluiceProcess.shell(
            "sluice completions \(shell) | \(shell) -n", in: scratch)
        #expect(checked.status == 0)
        #expect(checked.error == "")
    }
}
