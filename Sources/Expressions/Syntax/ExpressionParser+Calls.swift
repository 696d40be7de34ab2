/// Calls: plain, of SQL's special forms, and aggregates.
extension ExpressionParser {
    mutating func call() throws(ExpressionError) -> Syntax {
        let name = tokens.advance()
        try tokens.expect(.leftParenthesis)
        let syntax = try nested { parser throws(ExpressionError) in
            // Inside the parentheses of a call the words of an outer CASE are names again only
            // outside CASE, so `openCases` stays.
            let form = try parser.callForm(name)
            try parser.tokens.expect(.rightParenthesis)
            return form
        }
        guard case .call(let call) = syntax, tokens.isWord("FILTER"),
            tokens.isSymbol(.leftParenthesis, ahead: 1)
        else { return Syntax(syntax, at: name.position) }
        tokens.advance()
        tokens.advance()
        try tokens.expect("WHERE")
        let filter = try nested { parser throws(ExpressionError) in
            let filter = try parser.expression()
            try parser.tokens.expect(.rightParenthesis)
            return filter
        }
        let filtered = Syntax.Call(
            name: call.name, arguments: call.arguments, isStar: call.isStar,
            isDistinct: call.isDistinct, filter: filter)
        return Syntax(.call(filtered), at: name.position)
    }

    private mutating func callForm(_ name: Token) throws(ExpressionError) -> Syntax.Form {
        // A name with letters beyond ASCII is no function, but it may be written.
        let word = name.word.isEmpty ? name.text : name.word
        switch word {
        case "CAST", "TRY_CAST": return try cast(isTry: word == "TRY_CAST")
        case "EXTRACT": return try extract()
        case "POSITION":
            let needle = try operand()
            try tokens.expect("IN")
            return .call(Syntax.Call(name: word, arguments: [needle, try expression()]))
        case "SUBSTRING": return try substring()
        case "TRIM": return try trim()
        default: break
        }
        if tokens.take(.star) { return .call(Syntax.Call(name: word, arguments: [], isStar: true)) }
        if tokens.isSymbol(.rightParenthesis) {
            return .call(Syntax.Call(name: word, arguments: []))
        }
        // `COUNT(DISTINCT x)`, but `F(distinct)` and `F(distinct + 1)` name a property.
        let isDistinct = tokens.isWord("DISTINCT") && startsOperand(tokens.peek())
        if isDistinct { tokens.advance() }
        return .call(
            Syntax.Call(name: word, arguments: try arguments(), isDistinct: isDistinct))
    }

    private func startsOperand(_ token: Token) -> Bool {
        switch token.kind {
        case .string, .bytes, .integer, .double, .quotedName, .symbol(.leftParenthesis): true
        case .name: !token.isReserved || ["NULL", "TRUE", "FALSE", "NOT"].contains(token.word)
        default: false
        }
    }

    private mutating func arguments() throws(ExpressionError) -> [Syntax] {
        var arguments: [Syntax] = []
        repeat {
            guard arguments.count < ExpressionLimits.argumentCountMax else {
                throw ExpressionError(
                    .limit, at: tokens.current.position,
                    "a function has at most \(ExpressionLimits.argumentCountMax) arguments")
            }
            arguments.append(try expression())
        } while tokens.take(.comma)
        return arguments
    }

    private mutating func cast(isTry: Bool) throws(ExpressionError) -> Syntax.Form {
        let operand = try expression()
        try tokens.expect("AS")
        let type = tokens.current
        guard type.kind == .name, !type.word.isEmpty, !type.isReserved else {
            throw tokens.unexpected(expected: "a type")
        }
        tokens.advance()
        if tokens.take(.leftParenthesis) {
            // The length of VARCHAR(10) is ignored (§11), as is DECIMAL's scale before its refusal.
            repeat {
                guard tokens.current.kind == .integer else {
                    throw tokens.unexpected(expected: "a length")
                }
                tokens.advance()
            } while tokens.take(.comma)
            try tokens.expect(.rightParenthesis)
        }
        return .cast(
            Syntax.Cast(
                operand: operand, typeName: type.word, typePosition: type.position, isTry: isTry))
    }

    private mutating func extract() throws(ExpressionError) -> Syntax.Form {
        let field = tokens.current
        guard field.kind == .name, !field.isReserved else {
            throw tokens.unexpected(expected: "a field such as YEAR")
        }
        tokens.advance()
        try tokens.expect("FROM")
        let name = field.word.isEmpty ? field.text : field.word
        let literal = Syntax(.string(ExactText(name)), at: field.position)
        return .call(Syntax.Call(name: "EXTRACT", arguments: [literal, try expression()]))
    }

    private mutating func substring() throws(ExpressionError) -> Syntax.Form {
        guard !tokens.isSymbol(.rightParenthesis) else {
            return .call(Syntax.Call(name: "SUBSTRING", arguments: []))
        }
        let text = try expression()
        var parts = [text]
        if tokens.take("FROM") {
            parts.append(try expression())
            if tokens.take("FOR") { parts.append(try expression()) }
        } else if tokens.isWord("FOR") {
            let position = tokens.advance().position
            parts.append(Syntax(.integer(1), at: position))
            parts.append(try expression())
        } else if tokens.take(.comma) {
            parts += try arguments()
        }
        return .call(Syntax.Call(name: "SUBSTRING", arguments: parts))
    }

    private mutating func trim() throws(ExpressionError) -> Syntax.Form {
        guard !tokens.isSymbol(.rightParenthesis) else {
            return .call(Syntax.Call(name: "TRIM", arguments: []))
        }
        var name = "TRIM"
        let sides = ["LEADING": "LTRIM", "TRAILING": "RTRIM", "BOTH": "TRIM"]
        if tokens.current.kind == .name, let side = sides[tokens.current.word],
            startsOperand(tokens.peek())
        {
            name = side
            tokens.advance()
            if tokens.isWord("FROM") && startsOperand(tokens.peek()) {
                tokens.advance()
                return .call(Syntax.Call(name: name, arguments: [try expression()]))
            }
            let characters = try expression()
            try tokens.expect("FROM")
            return .call(Syntax.Call(name: name, arguments: [try expression(), characters]))
        }
        let first = try expression()
        if tokens.take("FROM") {
            return .call(Syntax.Call(name: name, arguments: [try expression(), first]))
        }
        guard tokens.take(.comma) else {
            return .call(Syntax.Call(name: name, arguments: [first]))
        }
        return .call(Syntax.Call(name: name, arguments: [first] + (try arguments())))
    }
}
