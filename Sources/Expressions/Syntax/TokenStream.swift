/// The tokens of a source and the place up to which they are read.
///
/// Shared by the parsers of expressions and of SQL statements: a statement parser reads its own
/// words, hands the stream to ``ExpressionParser``, and goes on where that stopped.
package struct TokenStream: Sendable {
    package let dialect: Dialect
    private let tokens: [Token]
    private let invalid: ExpressionError?
    /// Number of tokens read; assign a saved value to go back.
    package var index = 0

    /// Splits `source`; what is no token is reported when a parser gets to it.
    ///
    /// - Throws: `.limit` at 0 if `source` has more than `byteCountMax` bytes.
    package init(
        _ source: String, dialect: Dialect = .sluice,
        byteCountMax: Int = ExpressionLimits.expressionByteCountMax
    ) throws(ExpressionError) {
        guard source.utf8.count <= byteCountMax else {
            throw ExpressionError(
                .limit, at: 0,
                "the text has \(source.utf8.count) bytes; the limit is \(byteCountMax)")
        }
        var lexer = Lexer(source, dialect: dialect)
        lexer.run()
        self.dialect = dialect
        tokens = lexer.tokens
        invalid = lexer.error
    }

    /// The next token; `end` or `invalid` for ever at the end.
    package var current: Token { tokens[index] }

    /// The token `ahead` of the next one.
    package func peek(_ ahead: Int = 1) -> Token { tokens[min(index + ahead, tokens.count - 1)] }

    /// Whether the source is read to its end.
    package var isAtEnd: Bool { current.kind == .end }

    /// Reads one token.
    @discardableResult
    package mutating func advance() -> Token {
        let token = current
        if index + 1 < tokens.count { index += 1 }
        return token
    }

    /// Whether the token `ahead` is that unquoted word, in any case.
    package func isWord(_ word: String, ahead: Int = 0) -> Bool {
        let token = peek(ahead)
        return token.kind == .name && token.word == word
    }

    /// Whether the token `ahead` is that symbol.
    package func isSymbol(_ symbol: Symbol, ahead: Int = 0) -> Bool {
        peek(ahead).kind == .symbol(symbol)
    }

    /// Reads the word if it is next.
    package mutating func take(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    /// Reads the symbol if it is next.
    package mutating func take(_ symbol: Symbol) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    /// Reads the word, or fails at what stands there.
    package mutating func expect(_ word: String) throws(ExpressionError) {
        guard take(word) else { throw unexpected(expected: word) }
    }

    /// Reads the symbol, or fails at what stands there.
    package mutating func expect(_ symbol: Symbol) throws(ExpressionError) {
        guard take(symbol) else { throw unexpected(expected: symbol.rawValue) }
    }

    /// Fails unless everything is read.
    package func expectEnd() throws(ExpressionError) {
        guard isAtEnd else { throw unexpected(expected: "end of the expression") }
    }

    /// The error that the next token is not what it should be.
    package func unexpected(expected: String) -> ExpressionError {
        let token = current
        if token.kind == .invalid, let invalid { return invalid }
        return ExpressionError(
            .syntax, at: token.position, "expected \(expected), found \(describe(token))")
    }

    private func describe(_ token: Token) -> String {
        switch token.kind {
        case .name: token.isReserved ? token.word : token.text
        case .quotedName: "\"\(token.text)\""
        case .string: "a string"
        case .bytes: "a byte string"
        case .integer, .double: "a number"
        case .symbol(let symbol): symbol.rawValue
        case .end, .invalid: "the end"
        }
    }
}
