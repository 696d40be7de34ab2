import Expressions

/// Parses scripts: statements separated by `;`, with the expression language's tokens and comments.
package struct StatementParser {
    var tokens: TokenStream
    /// The script's bytes: topic names are read from them.
    private let bytes: [UInt8]

    /// The statements of a script, in order.
    ///
    /// - Throws: the first mistake; nothing of the script should then be run.
    package static func parse(_ script: String) throws(SQLError) -> [Statement] {
        var parser = try StatementParser(script)
        var statements: [Statement] = []
        while true {
            while parser.tokens.take(.semicolon) {}
            guard !parser.tokens.isAtEnd else { return statements }
            let start = parser.tokens.current.position
            let form = try parser.statement()
            let end = parser.tokens.current.position
            guard parser.tokens.isAtEnd || parser.tokens.isSymbol(.semicolon) else {
                throw parser.unexpected("';' or the end of the statement")
            }
            statements.append(Statement(form: form, range: start..<end))
        }
    }

    init(_ script: String) throws(SQLError) {
        do throws(ExpressionError) {
            tokens = try TokenStream(script, byteCountMax: StreamLimits.scriptByteCountMax)
        } catch {
            throw SQLError(error)
        }
        bytes = Array(script.utf8)
    }

    private mutating func statement() throws(SQLError) -> Statement.Form {
        switch tokens.current.word {
        case "CREATE": return .createStream(try createStream())
        case "SELECT": return .select(try select())
        case "INSERT": return try insert()
        case "EXPLAIN":
            tokens.advance()
            guard tokens.isWord("SELECT") || tokens.isWord("INSERT") else {
                throw unexpected("SELECT or INSERT")
            }
            return .explain(try statement())
        default: throw unexpected("CREATE STREAM, SELECT, INSERT INTO or EXPLAIN")
        }
    }

    private mutating func insert() throws(SQLError) -> Statement.Form {
        tokens.advance()
        try expect("INTO")
        let target = try relationName()
        guard tokens.isWord("SELECT") else { throw unexpected("SELECT") }
        return .insert(into: target, try select())
    }

    // MARK: - Parts

    /// A stream's name, a topic's name or a file's name in quotes.
    ///
    /// Topic names may hold `.` and `-`, which are other tokens here: such names are read from the
    /// script's bytes.
    mutating func relationName() throws(SQLError) -> RelationName {
        let first = tokens.current
        switch first.kind {
        case .string:
            tokens.advance()
            return RelationName(text: first.text, kind: .file, position: first.position)
        case .quotedName:
            tokens.advance()
            return RelationName(text: first.text, kind: .name, position: first.position)
        case .name where !first.isReserved:
            let end = relationNameEnd(first)
            while tokens.current.position < end, tokens.current.kind != .end {
                guard tokens.current.end <= end else {
                    throw unexpected("a topic's name; put names with other characters in \"\"")
                }
                tokens.advance()
            }
            let text = String(decoding: bytes[first.position..<end], as: UTF8.self)
            return RelationName(text: text, kind: .name, position: first.position)
        default: throw unexpected("the name of a stream or topic, or a file's name in quotes")
        }
    }

    /// Where a name ends that goes on with dots, dashes, letters and digits.
    private func relationNameEnd(_ first: Token) -> Int {
        var end = first.end
        while end < bytes.count {
            let isDash = bytes[end] == UInt8(ascii: "-")
            // Two dashes begin a comment.
            if isDash, end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "-") { break }
            switch bytes[end] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                end += 1
            default: return end
            }
        }
        return end
    }

    /// A column's name, not qualified.
    mutating func columnName() throws(SQLError) -> (text: String, position: Int) {
        let token = tokens.current
        guard token.kind == .quotedName || (token.kind == .name && !token.isReserved) else {
            throw unexpected("a name")
        }
        tokens.advance()
        return (token.text, token.position)
    }

    mutating func expression() throws(SQLError) -> Syntax {
        do throws(ExpressionError) {
            return try ExpressionParser.parse(&tokens)
        } catch {
            throw SQLError(error)
        }
    }

    mutating func expect(_ word: String) throws(SQLError) {
        guard tokens.take(word) else { throw unexpected(word) }
    }

    mutating func expect(_ symbol: Symbol) throws(SQLError) {
        guard tokens.take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    func unexpected(_ expected: String) -> SQLError {
        SQLError(tokens.unexpected(expected: expected))
    }

    /// The error for a construct that SQL has and Sluice does not run.
    func unsupported(_ construct: String, _ advice: String) -> SQLError {
        SQLError(
            .unsupported, at: tokens.current.position,
            "\(construct) is not supported yet\(advice.isEmpty ? "" : "; \(advice)")")
    }
}
