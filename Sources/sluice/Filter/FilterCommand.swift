import ArgumentParser

/// `sluice filter`: to look at an expression before it filters anything.
struct FilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "filter", abstract: "Check, explain and try filter expressions.",
        examples: [
            Example(
                "sluice filter check \"carrier IN ('AA','UA') AND dep_delay > 60\"",
                "Look whether it is right."),
            Example(
                "sluice filter test 'dep_delay > 60' flights.jsonl",
                "Try it on records."),
        ],
        subcommands: [
            FilterCheckCommand.self,
            FilterExplainCommand.self,
            FilterTestCommand.self,
            FilterWhyCommand.self,
            FilterConformCommand.self,
        ])
}
