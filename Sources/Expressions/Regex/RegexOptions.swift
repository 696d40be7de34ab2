/// How a pattern is compiled (EXPRESSIONS.md §9 and §20).
package struct RegexOptions: Sendable, Hashable {
    /// UTF mode with MATCH_INVALID_UTF; else bytes, where `.` is one byte and UTF cannot be asked
    /// for by the pattern.
    package var isUTF: Bool
    /// Flag `u`: `\w \d \b [[:alpha:]]` by Unicode properties.
    package var isUnicodeAware: Bool
    /// Flag `i`.
    package var isCaseless: Bool
    /// Flag `m`.
    package var isMultiline: Bool
    /// Flag `s`.
    package var matchesNewlineWithDot: Bool
    /// Flag `x`.
    package var isExtended: Bool

    /// The options of an expression's regular expression: always UTF.
    package static var text: RegexOptions { RegexOptions(isUTF: true) }
    /// The options of a PATTERN filter without the flag `u`.
    package static var bytes: RegexOptions { RegexOptions(isUTF: false) }

    package init(
        isUTF: Bool, isUnicodeAware: Bool = false, isCaseless: Bool = false,
        isMultiline: Bool = false, matchesNewlineWithDot: Bool = false, isExtended: Bool = false
    ) {
        self.isUTF = isUTF
        self.isUnicodeAware = isUnicodeAware
        self.isCaseless = isCaseless
        self.isMultiline = isMultiline
        self.matchesNewlineWithDot = matchesNewlineWithDot
        self.isExtended = isExtended
    }

    /// Sets the option of a flag letter.
    ///
    /// - Returns: false if the letter is none of `i m s x u`.
    package mutating func insert(flag: Character) -> Bool {
        switch flag {
        case "i": isCaseless = true
        case "m": isMultiline = true
        case "s": matchesNewlineWithDot = true
        case "x": isExtended = true
        case "u": isUnicodeAware = true
        default: return false
        }
        return true
    }
}
