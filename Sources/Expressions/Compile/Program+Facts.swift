/// What commands say about a program before it runs.
extension Program {
    /// The regular expressions, each with how dear it can become.
    package var patternCosts: [(pattern: String, cost: PatternCost)] {
        tables.regexTexts.map { ($0.string, PatternCost(Array($0.string.utf8))) }
    }

    /// The fields that are read, with the type that each is known to have: `any` where only the
    /// record knows.
    package var fieldTypes: [(field: FieldReference, type: String)] {
        fields.map { ($0, $0.typeName) }
    }
}

extension FieldReference {
    /// The static type (EXPRESSIONS.md §3, §14).
    fileprivate var typeName: String {
        switch self {
        case .attribute(let attribute):
            switch attribute {
            case .tag, .key, .topic: "STRING"
            case .partition, .offset: "INT"
            case .timestamp: "TIMESTAMP"
            case .payload: "STRING or BYTES"
            }
        case .headerCount: "INT"
        case .csv: "STRING"
        case .property, .header, .payload, .column: "any"
        }
    }
}
