import ArgumentParser

/// `sluice completions`: the script that makes a shell complete commands and options.
struct CompletionsCommand: Command {
    static let configuration = CommandConfiguration(
        "completions", abstract: "Print a completion script for a shell.",
        examples: [
            Example("source <(sluice completions bash)", "Complete in this bash session."),
            Example(
                "sluice completions zsh > ~/.zfunc/_sluice",
                "Install for zsh; ~/.zfunc has to be in fpath."),
            Example(
                "sluice completions fish > ~/.config/fish/completions/sluice.fish",
                "Install for fish."),
        ])

    /// The shells that can be helped.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run(_ console: Console) throws -> ExitStatus {
        let script =
            switch shell {
            case .bash: Sluice.completionScript(for: .bash)
            case .zsh: Sluice.completionScript(for: .zsh)
            case .fish: Sluice.completionScript(for: .fish)
            }
        try console.line(script)
        return .done
    }
}
