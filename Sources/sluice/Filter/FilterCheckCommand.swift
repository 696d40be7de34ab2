import ArgumentParser
import Expressions

/// `sluice filter check`: says whether an expression is right, and what it reads.
struct FilterCheckCommand: Command {
    static let configuration = CommandConfiguration(
        "check", abstract: "Check an expression and show what it reads.",
        discussion:
            """
            A wrong expression is shown with a mark under the mistake; the exit code is 2. Fields \
            are shown with their types, `any` where only the record knows. Regular expressions are \
            graded: literal and linear ones look through a record once, a polynomial or exponential \
            one can reach the limit of 100,000 steps on a record made for it.
            """,
        examples: [
            Example(
                "sluice filter check \"dep_delay > 60 AND dest LIKE 'S%'\"",
                "Fields of JSON rows."),
            Example(
                "sluice filter check --dialect rocketmq \"a > 5 AND b = 'x'\"",
                "As RocketMQ's clients would send it."),
            Example(
                "sluice filter check --columns ts,carrier 'carier IS NULL'",
                "Over CSV columns, whose names are checked."),
        ])

    @OptionGroup var expression: ExpressionArguments
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let program = try expression.compile()
        var details = Details()
        details.add("result", .text("ok"))
        details.add("dialect", .text(program.options.dialect.rawValue))
        details.add("rows", .text(program.options.shape.name), name: "shape")
        let types = program.fieldTypes
        switch output.output {
        case .text: details.add("reads", .list(types.map { "\($0.field) (\($0.type))" }))
        case .json:
            details.add("fields", .list(types.map(\.field.description)))
            details.add("types", .list(types.map(\.type)))
        }
        if !program.patternCosts.isEmpty {
            details.add("patterns", .list(program.patternCosts.map(Self.describe)))
        }
        details.add("can fail", .flag(program.canRaise(Expression.condition)))
        details.add("uses the clock", .flag(program.isVolatile), name: "volatile")
        switch output.output {
        case .json:
            details.add("warnings", .objects(program.warnings.map(Self.object)))
            try console.line(details.json)
        case .text:
            try console.line(details.text)
            for warning in program.warnings {
                console.note("warning, byte \(warning.at): \(warning.message)")
            }
        }
        return .done
    }

    /// A pattern with its grade, and with the reason for a dear one.
    private static func describe(_ pattern: String, _ cost: PatternCost) -> String {
        let reason = cost.reason.map { " (\($0))" } ?? ""
        return "/\(pattern)/ \(cost.grade.rawValue)\(reason)"
    }

    private static func object(_ warning: ExpressionWarning) -> [(name: String, field: Field)] {
        [("at", .count(Int64(warning.at))), ("message", .text(warning.message))]
    }
}
