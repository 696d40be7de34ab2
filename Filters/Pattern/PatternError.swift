package import Expressions

/// Why a pattern cannot be used (EXPRESSIONS.md §20).
package enum PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    /// PCRE2 refuses the pattern.
    case syntax(RegexSyntaxError)
    case unknownFlag(Character)

    package var description: String {
        switch self {
        case .syntax(let error): "\(error)"
        case .unknownFlag(let flag): "there is no flag '\(flag)'; use letters of 'imsxu'"
        }
    }
}
