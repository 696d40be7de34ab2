import ArgumentParser
import Broker
import Expressions
import Filters

/// `sluice filter explain`: the compiled program of an expression.
struct FilterExplainCommand: Command {
    static let configuration = CommandConfiguration(
        "explain", abstract: "Show the program that an expression is compiled to.",
        discussion: """
            Lists the row shape, the fields that are read and the steps in the order in which they \
            run: cheap tests before expensive ones. The last lines name the terms that the index \
            of a topic's blocks can answer, so that blocks are passed over unread, and those that \
            it cannot. With --topic it says too how many blocks and records that spares.
            """,
        examples: [
            Example(
                "sluice filter explain \"name RLIKE 'x+' AND qty > 5\"",
                "See that the comparison runs before the pattern."),
            Example(
                "sluice filter explain \"tail = 'N1'\" --topic flights",
                "See how much of a topic's history the index passes over."),
        ])

    @OptionGroup var expression: ExpressionArguments
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "Ask the index of this topic, and read names as its format has them.",
            valueName: "topic"))
    var topic: String?

    @OptionGroup var place: BrokerOptions

    func run(_ console: Console) throws -> ExitStatus {
        guard let topic else {
            try show(try expression.compile(), nil, console)
            return .done
        }
        try place.withBroker(creates: false, console: console) { broker in
            let format = try broker.topic(topic).settings.format
            let program = try expression.compile(shape: RowShape(format))
            var definition = FilterDefinition(errorPolicy: .drop, format: format)
            definition.clauses = [
                SQLFilter.clause(expression.expression, dialect: expression.dialect.dialect)
            ]
            let filter = try SubscriptionFilter(definition, allowsVolatile: true)
            let survey = try broker.surveyIndex(of: topic, for: filter)
            try show(program, survey, console)
            if let advice = IndexReport.advice(survey, topic) {
                try console.flush()
                console.note(advice)
            }
        }
        return .done
    }

    private func show(_ program: Program, _ survey: IndexSurvey?, _ console: Console) throws {
        let index = IndexReport(program)
        switch output.output {
        case .text:
            try console.line(program.explain() + index.lines.joined(separator: "\n"))
            if let survey { try console.line(IndexReport.details(survey).text) }
        case .json:
            var details = Details()
            details.add("explain", .text(program.explain()))
            index.add(to: &details)
            if let survey { details.add(IndexReport.details(survey)) }
            try console.line(details.json)
        }
    }
}
