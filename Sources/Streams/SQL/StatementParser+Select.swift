import Expressions

/// SELECT and its clauses.
extension StatementParser {
    mutating func select() throws(SQLError) -> SelectStatement {
        let position = tokens.advance().position
        if tokens.isWord("DISTINCT"), !isAlone(1) {
            throw unsupported("SELECT DISTINCT", "use GROUP BY in a window")
        }
        let items = try items()
        try expect("FROM")
        let from = try fromClause()
        let condition = tokens.take("WHERE") ? try expression() : nil
        var groupBy: [Syntax] = []
        if tokens.take("GROUP") {
            try expect("BY")
            groupBy = try groupKeys()
        }
        let having = tokens.take("HAVING") ? try expression() : nil
        try refuseLaterClauses()
        let limit = tokens.take("LIMIT") ? try limit() : nil
        try refuseLaterClauses()
        return SelectStatement(
            items: items, from: from, condition: condition, groupBy: groupBy, having: having,
            limit: limit, position: position)
    }

    /// Whether the token `ahead` ends a SELECT item, so that the word before it is a column.
    private func isAlone(_ ahead: Int) -> Bool {
        tokens.isSymbol(.comma, ahead: ahead) || tokens.isWord("FROM", ahead: ahead)
            || tokens.isWord("AS", ahead: ahead)
    }

    /// The items of a list that is the whole text; `*` is not one.
    static func parseSelectList(_ text: String) throws(SQLError) -> [SelectStatement.Item] {
        var parser = try StatementParser(text)
        guard let items = try parser.items() else {
            throw SQLError(
                .syntax, at: 0, "* is every record as it is: leave the list out, or name columns")
        }
        guard parser.tokens.isAtEnd else { throw parser.unexpected("',' or the end of the list") }
        return items
    }

    private mutating func items() throws(SQLError) -> [SelectStatement.Item]? {
        if tokens.isSymbol(.star) {
            tokens.advance()
            if tokens.isSymbol(.comma) {
                throw unsupported("columns beside *", "name the columns that you want")
            }
            return nil
        }
        var items: [SelectStatement.Item] = []
        repeat {
            guard items.count < StreamLimits.selectItemCountMax else {
                throw SQLError(
                    .limit, at: tokens.current.position,
                    "a SELECT has at most \(StreamLimits.selectItemCountMax) items")
            }
            if tokens.isSymbol(.star) {
                throw unsupported("columns beside *", "name the columns that you want")
            }
            let position = tokens.current.position
            let syntax = try expression()
            if tokens.isWord("OVER") {
                throw unsupported("OVER", "use a window in FROM: TUMBLE(stream, INTERVAL '1' HOUR)")
            }
            let alias = try alias()
            items.append(SelectStatement.Item(syntax: syntax, alias: alias, position: position))
        } while tokens.take(.comma)
        return items
    }

    private mutating func alias() throws(SQLError) -> String? {
        if tokens.take("AS") { return try columnName().text }
        if tokens.current.kind == .quotedName { return try columnName().text }
        guard tokens.current.kind == .name, !tokens.current.isReserved,
            !Self.clauseWords.contains(tokens.current.word)
        else { return nil }
        return try columnName().text
    }

    private static let clauseWords: Set<String> = [
        "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT",
        "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "ON", "AS", "OFFSET", "FETCH", "WINDOW",
    ]

    private mutating func groupKeys() throws(SQLError) -> [Syntax] {
        var keys: [Syntax] = []
        repeat {
            guard keys.count < StreamLimits.groupKeyCountMax else {
                throw SQLError(
                    .limit, at: tokens.current.position,
                    "a GROUP BY has at most \(StreamLimits.groupKeyCountMax) expressions")
            }
            for word in ["ROLLUP", "CUBE", "GROUPING"] where tokens.isWord(word) {
                if tokens.isSymbol(.leftParenthesis, ahead: 1) || word == "GROUPING" {
                    throw unsupported(word, "")
                }
            }
            keys.append(try expression())
        } while tokens.take(.comma)
        return keys
    }

    private mutating func limit() throws(SQLError) -> Int64 {
        let token = tokens.current
        guard token.kind == .integer, let count = Int64(exactly: token.integer) else {
            throw unexpected("a number of rows")
        }
        tokens.advance()
        return count
    }

    /// Clauses that SQL allows here and Sluice does not run.
    private func refuseLaterClauses() throws(SQLError) {
        for word in ["ORDER", "UNION", "INTERSECT", "EXCEPT", "OFFSET", "FETCH", "WINDOW"]
        where tokens.isWord(word) {
            throw unsupported(
                word == "ORDER" ? "ORDER BY" : word,
                word == "ORDER" ? "windows come out in the order of their ends" : "")
        }
    }

    // MARK: - FROM

    private mutating func fromClause() throws(SQLError) -> FromClause {
        var relation: RelationName
        var window: WindowCall?
        if tokens.isSymbol(.leftParenthesis) {
            throw unsupported("a query in FROM", "write its result to a topic and read that")
        }
        if tokens.isWord("TABLE"), tokens.isSymbol(.leftParenthesis, ahead: 1) {
            tokens.advance()
            tokens.advance()
            (relation, window) = try windowCall()
            try expect(.rightParenthesis)
        } else if tokens.current.kind == .name, tokens.isSymbol(.leftParenthesis, ahead: 1) {
            (relation, window) = try windowCall()
        } else {
            relation = try relationName()
        }
        let alias = try alias()
        for word in ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS"] where tokens.isWord(word) {
            throw unsupported("JOIN", "")
        }
        if tokens.isSymbol(.comma) { throw unsupported("a join of several streams", "") }
        return FromClause(relation: relation, alias: alias, window: window)
    }

    private mutating func windowCall() throws(SQLError) -> (RelationName, WindowCall) {
        let name = tokens.current
        guard let function = WindowCall.Function(rawValue: name.word) else {
            if name.word == "SESSION" { throw unsupported("SESSION", "use TUMBLE or HOP") }
            let known = WindowCall.Function.allCases.map(\.rawValue)
            throw SQLError(
                .name, at: name.position,
                "\(name.text) is no window function; there are \(known.joined(separator: ", "))",
                suggestion: NearestName.find(name.text.uppercased(), in: known))
        }
        tokens.advance()
        try expect(.leftParenthesis)
        // `TABLE flights`, and the short form without TABLE.
        if tokens.isWord("TABLE"), !tokens.isSymbol(.comma, ahead: 1) { tokens.advance() }
        let relation = try relationName()
        if tokens.isWord("PARTITION") {
            throw unsupported("PARTITION BY in \(function.rawValue)", "name the key in GROUP BY")
        }
        try expect(.comma)
        let descriptor = try descriptor()
        let intervals = try intervals(of: function)
        try expect(.rightParenthesis)
        let call = WindowCall(
            function: function, descriptor: descriptor, intervals: intervals,
            position: name.position)
        return (relation, call)
    }

    private mutating func descriptor() throws(SQLError) -> Syntax? {
        guard tokens.isWord("DESCRIPTOR"), tokens.isSymbol(.leftParenthesis, ahead: 1) else {
            return nil
        }
        tokens.advance()
        tokens.advance()
        let column = try expression()
        try expect(.rightParenthesis)
        try expect(.comma)
        return column
    }

    private mutating func intervals(of function: WindowCall.Function) throws(SQLError) -> [Int64] {
        let countMax = function == .tumble ? 2 : 3
        var intervals: [Int64] = []
        repeat {
            let position = tokens.current.position
            guard case .duration(let milliseconds) = try expression().form else {
                throw SQLError(
                    .type, at: position, "expected an interval such as INTERVAL '1' HOUR")
            }
            intervals.append(milliseconds)
            guard intervals.count <= countMax else {
                throw SQLError(
                    .type, at: position,
                    "\(function.rawValue) has at most \(countMax) intervals: \(function.usage)")
            }
        } while tokens.take(.comma)
        guard intervals.count >= countMax - 1 else {
            throw SQLError(
                .type, at: tokens.current.position,
                "\(function.rawValue) needs more intervals: \(function.usage)")
        }
        return intervals
    }
}

extension WindowCall.Function {
    /// The parameters, for error messages.
    var usage: String {
        switch self {
        case .tumble: "TUMBLE(stream, size [, offset])"
        case .hop: "HOP(stream, slide, size [, offset])"
        case .cumulate: "CUMULATE(stream, step, maximum size [, offset])"
        }
    }
}
