/// What a bare name means (EXPRESSIONS.md §14); fixed when an expression is compiled.
package enum RowShape: Sendable {
    /// A bare name is a property; the payload is reached by `payload.…`.
    case properties
    /// A bare name is a member of the JSON payload.
    case json
    /// A bare name is a column of the CSV payload, by its header line.
    case csv(columns: [String])
    /// A bare name is a column of rows that the caller computed; nil is dynamically typed.
    case columns([Column])

    /// A column of intermediate rows.
    package struct Column: Sendable {
        package let name: String
        /// The declared type; nil if it is known only at run time.
        package let type: ValueType?

        package init(name: String, type: ValueType? = nil) {
            self.name = name
            self.type = type
        }
    }

    /// The name of the shape, as `filter explain` prints it.
    package var name: String {
        switch self {
        case .properties: "properties"
        case .json: "json"
        case .csv: "csv"
        case .columns: "columns"
        }
    }
}
