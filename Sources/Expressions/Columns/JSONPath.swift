/// A path into a JSON document: `payload.a.b[0]."odd key"[-1]` (EXPRESSIONS.md §13).
package struct JSONPath: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        /// A member by its exact name; the last one wins if it is repeated.
        case member(String)
        /// An element, 0 the first, -1 the last.
        case element(Int)
    }

    /// At most ``stepCountMax`` steps; empty means the whole document.
    package let steps: [Step]

    /// EXPRESSIONS.md §16.
    package static let stepCountMax = 64

    package init(_ steps: [Step]) { self.steps = steps }
}
