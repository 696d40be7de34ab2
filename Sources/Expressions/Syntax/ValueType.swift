/// The type of a value that is known when an expression is compiled (EXPRESSIONS.md §3).
package enum ValueType: String, Sendable, CaseIterable {
    case string
    case int
    case double
    case bool
    case bytes
    case timestamp
    case duration
    case json

    /// The name as error messages print it.
    package var name: String { rawValue.uppercased() }
}
