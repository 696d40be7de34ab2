/// Why an expression is refused when it is compiled (EXPRESSIONS.md §15).
package struct ExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds, spelled as the specification and the vectors spell them.
    package enum Kind: String, Sendable, CaseIterable {
        case syntax
        case numberRange = "number-range"
        case type
        case name
        case pattern
        case limit
        case volatile
    }

    package let kind: Kind
    /// Where: 0-based UTF-8 byte position in the source.
    package let at: Int
    /// What is wrong and what would be right, in one line.
    package let message: String
    /// The nearest valid name for a mistyped one.
    package let suggestion: String?

    package init(_ kind: Kind, at position: Int, _ message: String, suggestion: String? = nil) {
        self.kind = kind
        at = position
        self.message = message
        self.suggestion = suggestion
    }

    package var description: String { "byte \(at): \(kind.rawValue) error: \(fullMessage)" }

    /// The message with its suggestion.
    package var fullMessage: String {
        suggestion.map { "\(message); did you mean \($0)?" } ?? message
    }
}
