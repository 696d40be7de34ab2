import ArgumentParser
import Expressions

/// `sluice filter explain`: the compiled program of an expression.
struct FilterExplainCommand: Command {
    static let configuration = CommandConfiguration(
        "explain", abstract: "Show the program that an expression is compiled to.",
        discussion: """
            Lists the row shape, the fields that are read and the steps in the order in which they \
            run: cheap tests before expensive ones.
            """,
        examples: [
            Example(
                "sluice filter explain \"name RLIKE 'x+' AND qty > 5\"",
                "See that the comparison runs before the pattern.")
        ])

    @OptionGroup var expression: ExpressionArguments
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let listing = try expression.compile().explain()
        switch output.output {
        case .text:
            try console.line(listing.hasSuffix("\n") ? String(listing.dropLast()) : listing)
        case .json:
            var details = Details()
            details.add("explain", .text(listing))
            try console.line(details.json)
        }
        return .done
    }
}
