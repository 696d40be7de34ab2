import ArgumentParser
import Broker
import Filters
import Records

/// A change of a subscription's filter by options: a condition that is given takes the place of the
/// one in its language, the others stay.
struct FilterChange: ParsableArguments {
    /// The conditions by their options' names.
    enum Condition: String, CaseIterable, ExpressibleByArgument {
        case `where`, tag, pattern

        /// The language's name in the catalogue.
        var language: String { self == .where ? "sql" : rawValue }
    }

    @OptionGroup(title: "Filter") var filter: FilterArguments

    @Option(help: "Take a condition away: where, tag or pattern; may be repeated.")
    var remove: [Condition] = []

    @OptionGroup(title: "Errors") var onError: SubscriptionPolicyArgument

    var isEmpty: Bool { filter.isEmpty && remove.isEmpty && onError.policy == nil }

    /// The changed definition, for a topic of that format.
    ///
    /// - Throws: a usage failure that shows the mistake.
    func apply(
        to before: FilterDefinition, of subscription: String, _ format: PayloadFormat
    ) throws -> FilterDefinition {
        // Compiled by itself first, so that a mistake is shown in the option's own text.
        var definition = try filter.compile(
            format, errorPolicy: onError.policy ?? before.errorPolicy, allowsVolatile: false
        ).definition
        let removed = remove.map(\.language)
        for clause in before.clauses
        where definition.clause(clause.language) == nil && !removed.contains(clause.language) {
            definition.clauses.append(clause)
        }
        do throws(FilterError) {
            _ = try SubscriptionFilter(definition)
        } catch {
            throw CommandFailure.usage(
                "A condition of \(subscription) that stays does not fit the topic's format any more: "
                    + "\(error). Give it anew, or take it away with --remove.")
        }
        return definition
    }
}
