import ArgumentParser
import Expressions
import Filters
import Records

/// The conditions of a filter, combined with AND.
struct FilterArguments: ParsableArguments {
    @Option(
        name: [.customLong("where"), .customShort("w")],
        help: ArgumentHelp(
            "Keep records for which this SQL condition is TRUE.", valueName: "expression"))
    var condition: String?

    @Option(
        help: ArgumentHelp(
            "Keep records with one of these tags: 'TagA || TagB'.", valueName: "expression"))
    var tag: String?

    @Option(
        name: [.long, .customShort("p")],
        help: ArgumentHelp(
            "Keep records in which this regular expression (PCRE2) is found.", valueName: "regex"))
    var pattern: String?

    @Option(
        help: ArgumentHelp(
            "i caseless, m multiline, s dot matches newline, x extended, u Unicode.",
            valueName: "imsxu"))
    var patternFlags: String?

    @Option(
        help: ArgumentHelp(
            "Where to search: value (default), key or header:NAME.", valueName: "place"))
    var patternOn: String?

    /// Whether there is any condition.
    var isEmpty: Bool { condition == nil && tag == nil && pattern == nil }

    mutating func validate() throws {
        if pattern == nil, patternFlags != nil || patternOn != nil {
            let name = patternFlags != nil ? "--pattern-flags" : "--pattern-on"
            throw ValidationError("\(name) needs --pattern. Add the pattern, or leave it out.")
        }
    }

    /// The definition of the filter, for records with payloads of that format.
    func definition(_ format: PayloadFormat, errorPolicy: ErrorPolicy) throws -> FilterDefinition {
        FilterDefinition(
            tag: tag, sql: condition, pattern: pattern, patternFlags: patternFlags ?? "",
            patternTarget: try target(), errorPolicy: errorPolicy, format: format)
    }

    private func target() throws -> PatternTarget {
        switch patternOn {
        case nil, "value": return .payload
        case .some(let text):
            guard let target = PatternTarget(text: text) else {
                throw CommandFailure.usage(
                    "--pattern-on cannot be '\(text)'. Use value, key or header:NAME.")
            }
            return target
        }
    }

    /// Compiles the filter.
    ///
    /// - Throws: a usage failure that shows the mistake in the text.
    func compile(
        _ format: PayloadFormat, errorPolicy: ErrorPolicy, allowsVolatile: Bool = true
    ) throws -> SubscriptionFilter {
        let definition = try definition(format, errorPolicy: errorPolicy)
        do throws(FilterError) {
            return try SubscriptionFilter(definition, allowsVolatile: allowsVolatile)
        } catch {
            throw rendered(error)
        }
    }

    /// The mistake with its place in the option's text.
    private func rendered(_ error: FilterError) -> CommandFailure {
        switch error {
        case .sql(let error): .expression(error, in: condition ?? "", of: "--where")
        case .tag(let error): .usage("--tag: \(error).")
        case .pattern(let error): .usage("--pattern: \(error).")
        case .unknownLanguage, .repeatedLanguage, .option: .usage(error.description)
        }
    }
}

extension CommandFailure {
    /// A mistake in an expression: what, the line with a caret under the place, what next.
    ///
    /// `place` is the option or argument that the text is from.
    static func expression(
        _ error: ExpressionError, in source: String, of place: String
    ) -> CommandFailure {
        .usage("\(place), \(error.rendered(in: source))")
    }
}
