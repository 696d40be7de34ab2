/// What commands say about a program before it runs.
extension Program {
    /// The regular expressions, each with how dear it can become.
    package var patternCosts: [(pattern: String, cost: PatternCost)] {
        tables.regexTexts.map { ($0.string, PatternCost(Array($0.string.utf8))) }
    }

    /// The terms of a condition that a summary of a block (tags, minimum and maximum, Bloom filters)
    /// could answer for all of its records at once: of the terms that AND joins, those that compare
    /// one field with constants.
    package func indexableTerms(of root: RootIndex) -> [String] {
        roots[root.rawValue].syntax.conjunction.filter(\.isIndexable).map(\.description)
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

extension Syntax {
    /// The terms that AND joins, or the whole.
    fileprivate var conjunction: [Syntax] {
        if case .and(let terms) = form { terms.flatMap(\.conjunction) } else { [self] }
    }

    fileprivate var isIndexable: Bool {
        switch form {
        case .comparison(_, let left, let right):
            (left.isField && right.isConstant) || (left.isConstant && right.isField)
        case .membership(false, let operand, let elements):
            operand.isField && elements.allSatisfy(\.isConstant)
        case .between(false, let operand, let low, let high):
            operand.isField && low.isConstant && high.isConstant
        case .test(.null, _, let operand): operand.isField
        case .search(.startsWith, false, let left, let right): left.isField && right.isConstant
        case .like(let like): like.hasLiteralPrefix
        case .or(let terms): terms.allSatisfy(\.isIndexable)
        default: false
        }
    }

    private var isField: Bool { if case .name = form { true } else { false } }

    private var isConstant: Bool {
        switch form {
        case .bool, .integer, .double, .string, .bytes, .timestamp: true
        case .sign(_, let operand): operand.isConstant
        default: false
        }
    }
}

extension Syntax.Like {
    /// Whether a field must begin with text that does not depend on case.
    fileprivate var hasLiteralPrefix: Bool {
        guard !isNegated, !isCaseless, case .name = subject.form,
            case .string(let text) = pattern.form, let first = text.string.first
        else { return false }
        return first != "%" && first != "_"
    }
}
