package import Records

/// What a subscription wants: conditions that all must hold, and what to do when one cannot be
/// evaluated.
///
/// A plain value to store, send and compare; ``SubscriptionFilter`` is made from it.
package struct FilterDefinition: Equatable, Sendable {
    /// The conditions, combined with AND; at most one of each language, none matches everything.
    package var clauses: [FilterClause] = []
    package var errorPolicy: ErrorPolicy = .drop
    /// The format of the topic's payloads, which decides what a bare name means
    /// (EXPRESSIONS.md §14).
    package var format: PayloadFormat = .raw

    /// A definition that matches every record.
    package init() {}

    /// A definition of ready clauses.
    package init(
        clauses: [FilterClause], errorPolicy: ErrorPolicy = .drop, format: PayloadFormat = .raw
    ) {
        self.clauses = clauses
        self.errorPolicy = errorPolicy
        self.format = format
    }

    /// A definition of the languages' texts; those that are nil do not take part.
    package init(
        tag: String? = nil, sql: String? = nil, pattern: String? = nil,
        patternFlags: String = "", patternTarget: PatternTarget = .payload,
        errorPolicy: ErrorPolicy = .drop, format: PayloadFormat = .raw
    ) {
        self.errorPolicy = errorPolicy
        self.format = format
        if let tag { clauses.append(TagFilter.clause(tag)) }
        if let sql { clauses.append(SQLFilter.clause(sql)) }
        if let pattern {
            clauses.append(
                PatternFilter.clause(
                    Array(pattern.utf8), flags: patternFlags, target: patternTarget))
        }
    }

    /// The clause of a language, or nil.
    package func clause(_ language: String) -> FilterClause? {
        clauses.first { $0.language == language }
    }

    /// Refuses clauses of no known language, and two of one language.
    func requireKnownLanguages() throws(FilterError) {
        for (index, clause) in clauses.enumerated() {
            guard FilterCatalogue.names.contains(clause.language) else {
                throw .unknownLanguage(clause.language, known: FilterCatalogue.names)
            }
            guard !clauses[..<index].contains(where: { $0.language == clause.language }) else {
                throw .repeatedLanguage(clause.language)
            }
        }
    }
}
