/// RocketMQ's own grammar: NOT is a unary operator, comparisons chain to the left.
///
/// `NOT a = 1` is `(NOT a) = 1` here. Tried first in the `rocketmq` dialect; what it cannot read up
/// to the end of the input is read by ``ExpressionParser`` (EXPRESSIONS.md §1).
struct RocketMQParser {
    private var tokens: TokenStream
    private var nesting = 0

    /// What ends an attempt.
    private enum Failure: Error {
        /// The source is not of this grammar.
        case other
        /// It is, but nests too deep.
        case limit(ExpressionError)
    }

    /// The tree, if all of the rest of the source is of RocketMQ's grammar.
    static func parse(_ tokens: inout TokenStream) throws(ExpressionError) -> Syntax? {
        var parser = RocketMQParser(tokens: tokens)
        do {
            let syntax = try parser.disjunction()
            guard parser.tokens.isAtEnd else { return nil }
            tokens = parser.tokens
            return syntax
        } catch {
            switch error {
            case .other: return nil
            case .limit(let error): throw error
            }
        }
    }

    private init(tokens: TokenStream) { self.tokens = tokens }

    private mutating func descend() throws(Failure) {
        nesting += 1
        guard nesting <= ExpressionLimits.nestingMax else {
            throw .limit(ExpressionParser.nestingError(tokens.current))
        }
    }

    private mutating func disjunction() throws(Failure) -> Syntax {
        let first = try conjunction()
        guard tokens.isWord("OR") else { return first }
        let position = tokens.current.position
        var terms = [first]
        while tokens.take("OR") { terms.append(try conjunction()) }
        return Syntax(.or(terms), at: position)
    }

    private mutating func conjunction() throws(Failure) -> Syntax {
        let first = try equality()
        guard tokens.isWord("AND") else { return first }
        let position = tokens.current.position
        var terms = [first]
        while tokens.take("AND") { terms.append(try equality()) }
        return Syntax(.and(terms), at: position)
    }

    private mutating func equality() throws(Failure) -> Syntax {
        let outer = nesting
        defer { nesting = outer }
        var syntax = try relation()
        while true {
            let position = tokens.current.position
            if tokens.take(.equal) {
                syntax = Syntax(.comparison(.equal, syntax, try relation()), at: position)
            } else if tokens.take(.lessGreater) {
                syntax = Syntax(.comparison(.notEqual, syntax, try relation()), at: position)
            } else if tokens.take("IS") {
                let isNegated = tokens.take("NOT")
                guard tokens.take("NULL") else { throw .other }
                syntax = Syntax(.test(.null, isNegated: isNegated, syntax), at: position)
            } else {
                return syntax
            }
            try descend()
        }
    }

    private mutating func relation() throws(Failure) -> Syntax {
        let outer = nesting
        defer { nesting = outer }
        var syntax = try unary()
        while true {
            let position = tokens.current.position
            if case .symbol(let symbol) = tokens.current.kind,
                let comparator = Syntax.Comparator(rawValue: symbol.rawValue),
                comparator.isOrdering
            {
                tokens.advance()
                syntax = Syntax(.comparison(comparator, syntax, try unary()), at: position)
            } else if let predicate = try predicate(syntax) {
                syntax = predicate
            } else {
                return syntax
            }
            try descend()
        }
    }

    private mutating func predicate(_ left: Syntax) throws(Failure) -> Syntax? {
        let isNegated = tokens.isWord("NOT")
        let word = tokens.peek(isNegated ? 1 : 0)
        switch word.word {
        case "BETWEEN", "IN", "CONTAINS", "STARTSWITH", "ENDSWITH": break
        default: return nil
        }
        if isNegated { tokens.advance() }
        let position = tokens.advance().position
        if word.word == "BETWEEN" {
            let low = try unary()
            guard tokens.take("AND") else { throw .other }
            return Syntax(
                .between(isNegated: isNegated, left, low: low, high: try unary()), at: position)
        }
        if word.word == "IN" {
            return Syntax(.membership(isNegated: isNegated, left, try list()), at: position)
        }
        let search = Syntax.SearchOperator(rawValue: word.word) ?? .contains
        return Syntax(.search(search, isNegated: isNegated, left, try string()), at: position)
    }

    private mutating func list() throws(Failure) -> [Syntax] {
        guard tokens.take(.leftParenthesis) else { throw .other }
        var elements: [Syntax] = []
        repeat {
            elements.append(try string())
            guard elements.count <= ExpressionLimits.listCountMax else { throw .other }
        } while tokens.take(.comma)
        guard tokens.take(.rightParenthesis) else { throw .other }
        return elements
    }

    private mutating func string() throws(Failure) -> Syntax {
        let token = tokens.current
        guard token.kind == .string, token.isPlain else { throw .other }
        tokens.advance()
        return Syntax(.string(ExactText(token.text)), at: token.position)
    }

    private mutating func unary() throws(Failure) -> Syntax {
        let position = tokens.current.position
        let outer = nesting
        defer { nesting = outer }
        if tokens.take("NOT") {
            try descend()
            return Syntax(.not(try unary()), at: position)
        }
        if tokens.take(.plus) {
            try descend()
            return Syntax(.sign(isNegative: false, try unary()), at: position)
        }
        if tokens.take(.minus) {
            let token = tokens.current
            if token.kind == .integer, token.isPlain {
                tokens.advance()
                let value = Int64(truncatingIfNeeded: 0 &- token.integer)
                return Syntax(.integer(value), at: position)
            }
            if token.kind == .double, token.isPlain {
                tokens.advance()
                return Syntax(.double(-token.double), at: position)
            }
            try descend()
            return Syntax(.sign(isNegative: true, try unary()), at: position)
        }
        return try primary()
    }

    private mutating func primary() throws(Failure) -> Syntax {
        let token = tokens.current
        guard token.isPlain else { throw .other }
        switch token.kind {
        case .string:
            return try string()
        case .integer where token.integer <= UInt64(Int64.max):
            tokens.advance()
            return Syntax(.integer(Int64(token.integer)), at: token.position)
        case .double:
            tokens.advance()
            return Syntax(.double(token.double), at: token.position)
        case .symbol(.leftParenthesis):
            let outer = nesting
            defer { nesting = outer }
            try descend()
            tokens.advance()
            let syntax = try disjunction()
            guard tokens.take(.rightParenthesis) else { throw .other }
            return syntax
        case .name: return try word(token)
        default: throw .other
        }
    }

    private mutating func word(_ token: Token) throws(Failure) -> Syntax {
        switch token.word {
        case "NULL":
            tokens.advance()
            return Syntax(.null, at: token.position)
        case "TRUE", "FALSE":
            tokens.advance()
            return Syntax(.bool(token.word == "TRUE"), at: token.position)
        default:
            guard !token.isReserved else { throw .other }
            tokens.advance()
            return Syntax(.name(Syntax.QualifiedName(token.text)), at: token.position)
        }
    }
}
