/// Comparisons, BETWEEN, IN, LIKE, regular expressions and searches: at most one per predicate.
extension ExpressionParser {
    mutating func predicate() throws(ExpressionError) -> Syntax {
        let left = try operand()
        if case .symbol(let symbol) = tokens.current.kind {
            if let comparator = Self.comparator(symbol) {
                let position = tokens.advance().position
                return Syntax(.comparison(comparator, left, try operand()), at: position)
            }
            return try regexOperator(symbol, left)
        }
        let isNegated = tokens.isWord("NOT")
        let word = tokens.peek(isNegated ? 1 : 0)
        guard word.kind == .name, Self.predicateWords.contains(word.word) else { return left }
        if isNegated { tokens.advance() }
        let position = tokens.advance().position
        return try predicate(word.word, isNegated: isNegated, left, at: position)
    }

    private static let predicateWords: Set<String> = [
        "BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "CONTAINS", "STARTSWITH", "ENDSWITH",
    ]

    static func comparator(_ symbol: Symbol) -> Syntax.Comparator? {
        symbol == .bangEqual ? .notEqual : Syntax.Comparator(rawValue: symbol.rawValue)
    }

    private mutating func regexOperator(
        _ symbol: Symbol, _ left: Syntax
    ) throws(ExpressionError) -> Syntax {
        let isNegated = symbol == .bangTilde || symbol == .bangTildeStar
        guard isNegated || symbol == .tilde || symbol == .tildeStar else { return left }
        let position = tokens.advance().position
        let regex = Syntax.RegexMatch(
            isNegated: isNegated, isCaseless: symbol == .tildeStar || symbol == .bangTildeStar,
            subject: left, pattern: try operand())
        return Syntax(.regex(regex), at: position)
    }

    private mutating func predicate(
        _ word: String, isNegated: Bool, _ left: Syntax, at position: Int
    ) throws(ExpressionError) -> Syntax {
        switch word {
        case "BETWEEN":
            let low = try operand()
            try tokens.expect("AND")
            let high = try operand()
            return Syntax(
                .between(isNegated: isNegated, left, low: low, high: high), at: position)
        case "IN":
            let elements = try list()
            return Syntax(.membership(isNegated: isNegated, left, elements), at: position)
        case "LIKE", "ILIKE":
            let pattern = try operand()
            var escape: Syntax?
            if tokens.take("ESCAPE") {
                guard tokens.current.kind == .string else {
                    throw tokens.unexpected(expected: "a string of one character")
                }
                escape = try primary()
            }
            let like = Syntax.Like(
                isNegated: isNegated, isCaseless: word == "ILIKE", subject: left,
                pattern: pattern, escape: escape)
            return Syntax(.like(like), at: position)
        case "RLIKE", "REGEXP":
            let regex = Syntax.RegexMatch(
                isNegated: isNegated, isCaseless: false, subject: left, pattern: try operand())
            return Syntax(.regex(regex), at: position)
        default:
            let search = Syntax.SearchOperator(rawValue: word) ?? .contains
            return Syntax(
                .search(search, isNegated: isNegated, left, try operand()), at: position)
        }
    }

    private mutating func list() throws(ExpressionError) -> [Syntax] {
        try tokens.expect(.leftParenthesis)
        return try nested { parser throws(ExpressionError) in
            var elements: [Syntax] = []
            repeat {
                guard elements.count < ExpressionLimits.listCountMax else {
                    throw ExpressionError(
                        .limit, at: parser.tokens.current.position,
                        "a list has at most \(ExpressionLimits.listCountMax) elements")
                }
                elements.append(try parser.operand())
            } while parser.tokens.take(.comma)
            try parser.tokens.expect(.rightParenthesis)
            return elements
        }
    }
}
