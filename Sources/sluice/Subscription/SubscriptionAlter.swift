import ArgumentParser
import Broker
import Filters

/// `sluice subscription alter`.
struct SubscriptionAlter: Command {
    static let configuration = CommandConfiguration(
        "alter", abstract: "Change a subscription's filter.",
        discussion: """
            A condition that is given takes the place of the one in its language; the others stay. \
            The positions of consumer groups stay too: records before them are not read again.
            """,
        examples: [
            Example(
                "sluice subscription alter late --where 'dep_delay > 90'", "Another condition."),
            Example(
                "sluice subscription alter late --remove tag --on-error fail",
                "One condition less, and another policy."),
        ])

    /// The conditions by their options' names.
    enum Condition: String, CaseIterable, ExpressibleByArgument {
        case `where`, tag, pattern

        /// The language's name in the catalogue.
        var language: String { self == .where ? "sql" : rawValue }
    }

    @Argument(help: "The subscription.")
    var name: String

    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Option(help: "Take a condition away: where, tag or pattern; may be repeated.")
    var remove: [Condition] = []

    @OptionGroup(title: "Errors") var onError: SubscriptionPolicyArgument
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        guard !filter.isEmpty || !remove.isEmpty || onError.policy != nil else {
            throw ValidationError(
                "Nothing to change: give --where, --tag, --pattern, --remove or --on-error.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        let changed = try data.withBroker(creates: false, console: console) { broker in
            let before = try broker.subscription(name)
            let format = try broker.topic(before.topic).settings.format
            let policy = onError.policy ?? before.filter.errorPolicy
            // Compiled by itself first, so that a mistake is shown in the option's own text.
            var definition = try filter.compile(
                format, errorPolicy: policy, allowsVolatile: false
            ).definition
            let removed = remove.map(\.language)
            for clause in before.filter.clauses
            where definition.clause(clause.language) == nil && !removed.contains(clause.language) {
                definition.clauses.append(clause)
            }
            do throws(FilterError) {
                _ = try SubscriptionFilter(definition)
            } catch {
                throw CommandFailure.usage(
                    "A condition of \(name) that stays does not fit the topic's format any more: "
                        + "\(error). Give it anew, or take it away with --remove.")
            }
            try broker.alterSubscription(name, filter: definition)
            return SubscriptionReport(try broker.subscription(name))
        }
        switch output.output {
        case .json: try changed.details.print(to: console, as: .json)
        case .text:
            try console.line("changed subscription \(name): \(changed.conditions)")
        }
        return .done
    }
}
