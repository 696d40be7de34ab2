/// Why PCRE2 refuses a pattern.
package struct RegexSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// PCRE2's error code.
    package let code: Int32
    /// PCRE2's offset, in bytes of the pattern.
    package let offset: Int
    /// PCRE2's message.
    package let message: String

    package var description: String { "\(message) at byte \(offset) of the pattern" }
}
