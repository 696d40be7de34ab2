import ArgumentParser
import Expressions

/// `sluice filter explain`: the compiled program of an expression.
struct FilterExplainCommand: Command {
    static let configuration = CommandConfiguration(
        "explain", abstract: "Show the program that an expression is compiled to.",
        discussion: """
            Lists the row shape, the fields that are read and the steps in the order in which they \
            run: cheap tests before expensive ones. The last line names the terms that the index \
            of a topic's blocks could answer.
            """,
        examples: [
            Example(
                "sluice filter explain \"name RLIKE 'x+' AND qty > 5\"",
                "See that the comparison runs before the pattern.")
        ])

    @OptionGroup var expression: ExpressionArguments
    @OptionGroup var output: OutputOptions

    /// What an index could do for the condition: filters do not use one yet.
    private static func index(_ program: Program) -> String {
        let terms = program.indexableTerms(of: Expression.condition)
        return terms.isEmpty
            ? "index: not yet; no term compares one field with constants"
            : "index: not yet; it could answer \(terms.joined(separator: "; "))"
    }

    func run(_ console: Console) throws -> ExitStatus {
        let program = try expression.compile()
        let listing = program.explain() + Self.index(program) + "\n"
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
