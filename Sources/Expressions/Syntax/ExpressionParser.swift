/// Parses one expression (EXPRESSIONS.md §6) and stops at the first token that cannot continue it.
///
/// Names and calls are taken as they come: what they mean is the type checker's business.
package struct ExpressionParser {
    var tokens: TokenStream
    private var nesting = 0
    /// How many CASEs are open: inside one, WHEN THEN ELSE END are no names.
    var openCases = 0

    private init(_ tokens: TokenStream) { self.tokens = tokens }

    /// Parses an expression from where `tokens` stands and leaves it behind the expression.
    package static func parse(_ tokens: inout TokenStream) throws(ExpressionError) -> Syntax {
        if tokens.dialect == .rocketmq, let syntax = try RocketMQParser.parse(&tokens) {
            return syntax
        }
        var parser = ExpressionParser(tokens)
        let syntax = try parser.expression()
        tokens = parser.tokens
        return syntax
    }

    /// Parses a source that holds one expression and nothing else; nil for an empty `jms` selector.
    package static func parse(
        _ source: String, dialect: Dialect = .sluice
    ) throws(ExpressionError) -> Syntax? {
        var tokens = try TokenStream(source, dialect: dialect)
        if dialect == .jms, tokens.isAtEnd { return nil }
        let syntax = try parse(&tokens)
        try tokens.expectEnd()
        return syntax
    }

    // MARK: Nesting

    /// Runs `body` one level deeper.
    mutating func nested<Result>(
        _ body: (inout ExpressionParser) throws(ExpressionError) -> Result
    ) throws(ExpressionError) -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= ExpressionLimits.nestingMax else {
            throw Self.nestingError(tokens.current)
        }
        return try body(&self)
    }

    static func nestingError(_ token: Token) -> ExpressionError {
        ExpressionError(
            .limit, at: token.position,
            "the expression nests deeper than \(ExpressionLimits.nestingMax) levels")
    }

    // MARK: Logic

    mutating func expression() throws(ExpressionError) -> Syntax {
        let first = try conjunction()
        guard tokens.isWord("OR") else { return first }
        let position = tokens.current.position
        var terms = [first]
        while tokens.take("OR") { terms.append(try conjunction()) }
        return Syntax(.or(terms), at: position)
    }

    private mutating func conjunction() throws(ExpressionError) -> Syntax {
        let first = try negation()
        guard tokens.isWord("AND") else { return first }
        let position = tokens.current.position
        var terms = [first]
        while tokens.take("AND") { terms.append(try negation()) }
        return Syntax(.and(terms), at: position)
    }

    /// NOTs are counted, not recursed into.
    private mutating func negation() throws(ExpressionError) -> Syntax {
        var positions: [Int] = []
        let outer = nesting
        defer { nesting = outer }
        while tokens.isWord("NOT") {
            nesting += 1
            guard nesting <= ExpressionLimits.nestingMax else {
                throw Self.nestingError(tokens.current)
            }
            positions.append(tokens.advance().position)
        }
        var syntax = try test()
        for position in positions.reversed() { syntax = Syntax(.not(syntax), at: position) }
        return syntax
    }

    private mutating func test() throws(ExpressionError) -> Syntax {
        var syntax = try predicate()
        let outer = nesting
        defer { nesting = outer }
        while tokens.isWord("IS") {
            // A chain of tests nests to the left, and counts as such.
            nesting += 1
            guard nesting <= ExpressionLimits.nestingMax else {
                throw Self.nestingError(tokens.current)
            }
            let position = tokens.advance().position
            let isNegated = tokens.take("NOT")
            if tokens.take("DISTINCT") {
                try tokens.expect("FROM")
                let right = try predicate()
                syntax = Syntax(.distinct(isNegated: isNegated, syntax, right), at: position)
                continue
            }
            guard tokens.current.kind == .name,
                let test = Syntax.Test(rawValue: tokens.current.word)
            else {
                throw tokens.unexpected(expected: "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM")
            }
            tokens.advance()
            syntax = Syntax(.test(test, isNegated: isNegated, syntax), at: position)
        }
        return syntax
    }

    // MARK: Arithmetic

    /// `cat` of the grammar: an operand of a predicate.
    mutating func operand() throws(ExpressionError) -> Syntax {
        let first = try additive()
        guard tokens.isSymbol(.bars) else { return first }
        let position = tokens.current.position
        var terms = [first]
        while tokens.take(.bars) { terms.append(try additive()) }
        return Syntax(.concatenation(terms), at: position)
    }

    private mutating func additive() throws(ExpressionError) -> Syntax {
        let first = try multiplicative()
        var rest: [Syntax.ArithmeticTerm] = []
        while let operation = arithmeticOperator([.plus, .minus]) {
            let position = tokens.advance().position
            let operand = try multiplicative()
            rest.append(
                Syntax.ArithmeticTerm(operation: operation, position: position, operand: operand))
        }
        return Self.chain(first, rest)
    }

    private mutating func multiplicative() throws(ExpressionError) -> Syntax {
        let first = try unary()
        var rest: [Syntax.ArithmeticTerm] = []
        while let operation = arithmeticOperator([.star, .slash, .percent]) {
            let position = tokens.advance().position
            let operand = try unary()
            rest.append(
                Syntax.ArithmeticTerm(operation: operation, position: position, operand: operand))
        }
        return Self.chain(first, rest)
    }

    private static func chain(_ first: Syntax, _ rest: [Syntax.ArithmeticTerm]) -> Syntax {
        guard let last = rest.last else { return first }
        return Syntax(.arithmetic(first: first, rest: rest), at: last.position)
    }

    private func arithmeticOperator(_ symbols: [Symbol]) -> Syntax.ArithmeticOperator? {
        guard case .symbol(let symbol) = tokens.current.kind, symbols.contains(symbol) else {
            return nil
        }
        return Syntax.ArithmeticOperator(rawValue: symbol.rawValue)
    }

    mutating func unary() throws(ExpressionError) -> Syntax {
        guard tokens.isSymbol(.minus) || tokens.isSymbol(.plus) else { return try primary() }
        let isNegative = tokens.isSymbol(.minus)
        let position = tokens.advance().position
        if isNegative, let literal = try negativeLiteral(at: position) { return literal }
        let operand = try nested { parser throws(ExpressionError) in try parser.unary() }
        return Syntax(.sign(isNegative: isNegative, operand), at: position)
    }

    /// A number after its minus sign: only so is -9223372036854775808 a literal.
    private mutating func negativeLiteral(at position: Int) throws(ExpressionError) -> Syntax? {
        let token = tokens.current
        switch token.kind {
        case .integer:
            tokens.advance()
            return Syntax(.integer(Int64(truncatingIfNeeded: 0 &- token.integer)), at: position)
        case .double:
            tokens.advance()
            return Syntax(.double(-token.double), at: position)
        default: return nil
        }
    }
}
