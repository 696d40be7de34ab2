package import Expressions

/// Why a statement is refused, with its place in the script.
package struct SQLError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// A mistake in an expression, of the kinds of EXPRESSIONS.md §15; also the statements'
        /// own mistakes of syntax, names and types.
        case expression(ExpressionError.Kind)
        /// Window parameters that make no windows (WINDOWS.md).
        case window
        /// A construct of SQL that Sluice does not run.
        case unsupported

        /// As messages and vectors spell it.
        package var name: String {
            switch self {
            case .expression(let kind): kind.rawValue
            case .window: "window"
            case .unsupported: "unsupported"
            }
        }
    }

    package let kind: Kind
    /// Where: 0-based UTF-8 byte position in the script.
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

    init(
        _ kind: ExpressionError.Kind, at position: Int, _ message: String, suggestion: String? = nil
    ) {
        self.init(.expression(kind), at: position, message, suggestion: suggestion)
    }

    /// An expression's mistake, `offset` bytes further on in the script.
    init(_ error: ExpressionError, movedBy offset: Int = 0) {
        self.init(
            .expression(error.kind), at: error.at + offset, error.message,
            suggestion: error.suggestion)
    }

    package var description: String { "byte \(at): \(kind.name) error: \(fullMessage)" }

    /// The message with its suggestion.
    package var fullMessage: String { asExpressionError.fullMessage }

    /// `line:column: kind error: message`, the source line, and a caret under the place.
    package func rendered(in script: String) -> String {
        let place = asExpressionError.lineAndColumn(in: script)
        let excerpt = asExpressionError.rendered(in: script).split(separator: "\n", maxSplits: 1)
        let head = "\(place.line):\(place.column): \(kind.name) error: \(fullMessage)"
        return excerpt.count == 2 ? "\(head)\n\(excerpt[1])" : head
    }

    private var asExpressionError: ExpressionError {
        ExpressionError(.syntax, at: at, message, suggestion: suggestion)
    }
}
