package import Records

/// A filter language: how a clause becomes a ``CompiledFilter``.
package protocol FilterLanguage: SendableMetatype {
    /// The name in definitions, commands and counters.
    static var name: String { get }

    /// Compiles a clause of this language.
    ///
    /// - Throws: the first mistake, with its place in the clause's text.
    static func compile(
        _ clause: FilterClause, options: FilterOptions
    ) throws(FilterError) -> any CompiledFilter
}

/// What the place that compiles a filter decides about it.
package struct FilterOptions: Sendable {
    /// The format of the topic's payloads.
    package var format: PayloadFormat
    /// Whether `NOW()` may be used; false where a filter's results are stored or must be repeatable
    /// (EXPRESSIONS.md §16).
    package var allowsVolatile: Bool

    package init(format: PayloadFormat = .raw, allowsVolatile: Bool = false) {
        self.format = format
        self.allowsVolatile = allowsVolatile
    }
}
