import Bytes

/// Literals, names, CASE and parentheses.
extension ExpressionParser {
    mutating func primary() throws(ExpressionError) -> Syntax {
        let token = tokens.current
        switch token.kind {
        case .integer:
            guard token.integer <= UInt64(Int64.max) else {
                throw ExpressionError(
                    .numberRange, at: token.position,
                    "the number is above \(Int64.max), the largest integer")
            }
            tokens.advance()
            return Syntax(.integer(Int64(token.integer)), at: token.position)
        case .double:
            tokens.advance()
            return Syntax(.double(token.double), at: token.position)
        case .string:
            tokens.advance()
            return Syntax(.string(ExactText(token.text)), at: token.position)
        case .bytes:
            tokens.advance()
            return Syntax(.bytes(token.bytes), at: token.position)
        case .symbol(.leftParenthesis):
            tokens.advance()
            return try nested { parser throws(ExpressionError) in
                let syntax = try parser.expression()
                try parser.tokens.expect(.rightParenthesis)
                return syntax
            }
        case .quotedName: return try name()
        case .name: return try word()
        case .symbol, .end, .invalid: throw tokens.unexpected(expected: "operand")
        }
    }

    private mutating func word() throws(ExpressionError) -> Syntax {
        let token = tokens.current
        switch token.word {
        case "NULL", "TRUE", "FALSE":
            tokens.advance()
            let form: Syntax.Form = token.word == "NULL" ? .null : .bool(token.word == "TRUE")
            return Syntax(form, at: token.position)
        case "TIMESTAMP" where tokens.peek().kind == .string: return try timestamp()
        case "INTERVAL" where tokens.peek().kind == .string: return try interval()
        case "CASE" where startsConditional(): return try conditional()
        case "WHEN" where openCases > 0, "THEN" where openCases > 0, "ELSE" where openCases > 0,
            "END" where openCases > 0:
            throw tokens.unexpected(expected: "operand")
        default: break
        }
        guard !token.isReserved else { throw tokens.unexpected(expected: "operand") }
        if tokens.isSymbol(.leftParenthesis, ahead: 1) { return try call() }
        return try name()
    }

    // MARK: Names

    private mutating func name() throws(ExpressionError) -> Syntax {
        let first = tokens.advance()
        var steps: [Syntax.Step] = []
        while true {
            if tokens.isSymbol(.dot) {
                tokens.advance()
                let token = tokens.current
                guard token.kind == .name || token.kind == .quotedName else {
                    throw tokens.unexpected(expected: "a name after the dot")
                }
                tokens.advance()
                steps.append(Syntax.Step(.dotted(ExactText(token.text)), at: token.position))
            } else if tokens.isSymbol(.leftBracket) {
                steps.append(try bracket())
            } else {
                break
            }
            guard steps.count <= JSONPath.stepCountMax + 2 else {
                throw ExpressionError(
                    .limit, at: tokens.current.position,
                    "a path has at most \(JSONPath.stepCountMax) steps")
            }
        }
        let name = Syntax.QualifiedName(
            first: ExactText(first.text), isQuoted: first.kind == .quotedName, steps: steps)
        return Syntax(.name(name), at: first.position)
    }

    private mutating func bracket() throws(ExpressionError) -> Syntax.Step {
        let position = tokens.advance().position
        let isNegative = tokens.take(.minus)
        let token = tokens.current
        let kind: Syntax.Step.Kind
        switch token.kind {
        case .integer where token.integer <= UInt64(Int32.max):
            kind = .element(isNegative ? -Int(token.integer) : Int(token.integer))
        case .string where !isNegative: kind = .key(ExactText(token.text))
        default: throw tokens.unexpected(expected: "an index or a string")
        }
        tokens.advance()
        try tokens.expect(.rightBracket)
        return Syntax.Step(kind, at: position)
    }

    // MARK: Time literals

    private mutating func timestamp() throws(ExpressionError) -> Syntax {
        let position = tokens.advance().position
        let literal = tokens.advance()
        guard let value = TimestampText.parse(Array(literal.text.utf8).rawSpan) else {
            throw ExpressionError(
                .syntax, at: literal.position,
                "'\(literal.text)' is no timestamp; write 2024-02-29 12:30:00.000Z")
        }
        return Syntax(.timestamp(value), at: position)
    }

    private static let units: [String: Int64] = [
        "MILLISECOND": 1, "SECOND": 1_000, "MINUTE": 60_000, "HOUR": 3_600_000,
        "DAY": 86_400_000, "WEEK": 604_800_000,
    ]

    private mutating func interval() throws(ExpressionError) -> Syntax {
        let position = tokens.advance().position
        let literal = tokens.advance()
        let word = tokens.current.word
        let singular = word.hasSuffix("S") ? String(word.dropLast()) : word
        guard tokens.current.kind == .name, let unit = Self.units[singular] else {
            throw tokens.unexpected(expected: "MILLISECOND, SECOND, MINUTE, HOUR, DAY or WEEK")
        }
        guard let value = IntervalText.parse(Array(literal.text.utf8), unit: unit) else {
            throw ExpressionError(
                .syntax, at: literal.position,
                "'\(literal.text)' is no number of whole milliseconds")
        }
        tokens.advance()
        return Syntax(.duration(value), at: position)
    }

    // MARK: CASE

    /// CASE is a keyword before WHEN, an operand or `(`; else a name.
    private func startsConditional() -> Bool {
        let next = tokens.peek()
        switch next.kind {
        case .string, .bytes, .integer, .double, .quotedName, .symbol(.leftParenthesis):
            return true
        case .name:
            switch next.word {
            case "NULL", "TRUE", "FALSE": return true
            // `case ILIKE 'x'`: these words are operators after an operand.
            case "ILIKE", "RLIKE", "REGEXP": return tokens.peek(2).kind != .string
            // Inside a CASE these close it: `CASE WHEN case THEN …` names a property.
            case "THEN", "ELSE", "END": return openCases == 0 && tokens.peek(2).kind != .end
            default: return !next.isReserved && !isStatementWord(next.word)
            }
        default: return false
        }
    }

    /// Words that follow a whole expression in a SQL statement.
    private func isStatementWord(_ word: String) -> Bool {
        ["FROM", "AS", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "FOR"].contains(word)
    }

    private mutating func conditional() throws(ExpressionError) -> Syntax {
        let position = tokens.advance().position
        openCases += 1
        defer { openCases -= 1 }
        return try nested { parser throws(ExpressionError) in
            let operand = parser.tokens.isWord("WHEN") ? nil : try parser.expression()
            var branches: [Syntax.Branch] = []
            while parser.tokens.take("WHEN") {
                let condition = try parser.expression()
                try parser.tokens.expect("THEN")
                let result = try parser.expression()
                branches.append(Syntax.Branch(condition: condition, result: result))
            }
            guard !branches.isEmpty else { throw parser.tokens.unexpected(expected: "WHEN") }
            let otherwise = parser.tokens.take("ELSE") ? try parser.expression() : nil
            guard parser.tokens.take("END") else {
                throw parser.tokens.unexpected(
                    expected: otherwise == nil ? "WHEN, ELSE or END" : "END")
            }
            let conditional = Syntax.Conditional(
                operand: operand, branches: branches, otherwise: otherwise)
            return Syntax(.conditional(conditional), at: position)
        }
    }
}
