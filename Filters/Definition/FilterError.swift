package import Expressions

/// Why a definition is no filter: the mistake, with its place in the user's text.
package enum FilterError: Error, Equatable, Sendable, CustomStringConvertible {
    case tag(TagExpressionError)
    case sql(ExpressionError)
    case pattern(PatternError)
    /// A clause in a language that the catalogue does not have.
    case unknownLanguage(String, known: [String])
    /// Two clauses of one language.
    case repeatedLanguage(String)
    /// An option of a clause that its language does not have, or a value that it does not know.
    case option(language: String, name: String, value: String, known: [String])

    package var description: String {
        switch self {
        case .tag(let error): "tag: \(error)"
        case .sql(let error): "sql: \(error)"
        case .pattern(let error): "pattern: \(error)"
        case .unknownLanguage(let name, let known):
            "There is no filter language '\(name)'. Use one of: \(known.joined(separator: ", "))."
        case .repeatedLanguage(let name):
            "The filter has two '\(name)' conditions. Combine them into one."
        case .option(let language, let name, let value, let known):
            "\(language): '\(value)' is no value of '\(name)'. "
                + "Use one of: \(known.joined(separator: ", "))."
        }
    }
}
