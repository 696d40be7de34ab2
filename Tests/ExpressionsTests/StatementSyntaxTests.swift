import Testing

@testable import Expressions

@Suite("The parser inside SQL statements")
struct StatementSyntaxTests {
    @Test("An expression ends at the first token that cannot continue it")
    func stops() throws {
        var tokens = try TokenStream(
            "SELECT a + 1 AS b, COUNT(DISTINCT x) FILTER (WHERE y > 1) FROM t WHERE case = 2;")
        try tokens.expect("SELECT")
        #expect(try ExpressionParser.parse(&tokens).description == "a + 1")
        #expect(tokens.take("AS") && tokens.advance().text == "b" && tokens.take(.comma))
        let count = try ExpressionParser.parse(&tokens)
        guard case .call(let call) = count.form else {
            Issue.record("no call: \(count)")
            return
        }
        #expect(call.name == "COUNT" && call.isDistinct && call.filter?.description == "y > 1")
        #expect(tokens.take("FROM") && tokens.advance().text == "t" && tokens.take("WHERE"))
        #expect(try ExpressionParser.parse(&tokens).description == "case = 2")
        #expect(tokens.take(.semicolon) && tokens.isAtEnd)
    }

    @Test("Equality ignores positions and the spelling of keywords, not the case of names")
    func equality() throws {
        let first = try ExpressionParser.parse("Sum( a )+ 1 is not null")
        #expect(try ExpressionParser.parse("(SUM(a) + 1) IS NOT NULL") == first)
        #expect(try ExpressionParser.parse("SUM(A) + 1 IS NOT NULL") != first)
        #expect(try ExpressionParser.parse("\"\u{E9}\"") != ExpressionParser.parse("\"e\u{301}\""))
    }

    @Test("A sub-tree can be replaced by a column")
    func replacing() throws {
        let syntax = try #require(try ExpressionParser.parse("SUM(a) / COUNT(*) > AVG(b) + 1"))
        var found: [String] = []
        syntax.visit {
            guard case .call(let call) = $0.form else { return true }
            found.append(call.description)
            return false
        }
        #expect(found == ["SUM(a)", "COUNT(*)", "AVG(b)"])
        let replaced = syntax.replacing {
            guard case .call(let call) = $0.form else { return nil }
            return Syntax(.name(Syntax.QualifiedName("_" + call.name)), at: $0.position)
        }
        #expect(replaced.description == "_SUM / _COUNT > _AVG + 1")
    }

    @Test(
        "Canonical text",
        arguments: [
            ("a and(b or not c)", "a AND (b OR NOT c)"),
            ("- -a", "- - a"), ("-5", "-5"), ("- (5)", "- (5)"),
            ("'it''s' || E'\\n'", "'it''s' || '\n'"),
            ("\"select\" = \"a b\" and `x``y` = 1", "\"select\" = \"a b\" AND \"x`y\" = 1"),
            ("payload.\"a.b\"['c'][-1] is null", "payload.\"a.b\"['c'][-1] IS NULL"),
            ("x rlike 'a'", "x ~ 'a'"), ("not (x !~* 'a')", "NOT x !~* 'a'"),
            ("substring(s from 2 for 3)", "SUBSTRING(s, 2, 3)"),
            ("position('a' in s)", "POSITION('a' IN s)"),
            ("extract(year from t)", "EXTRACT(YEAR FROM t)"),
            ("timestamp '2024-02-29'", "TIMESTAMP '2024-02-29T00:00:00.000Z'"),
            ("interval '1.5' seconds", "INTERVAL '1500' MILLISECOND"),
            ("case a when 1 then 2 end", "CASE (a) WHEN 1 THEN 2 END"),
            ("(a = 1) = true", "(a = 1) = TRUE"), ("a - (b - c)", "a - (b - c)"),
            ("1e20", "1e+20"), ("x'0A'", "X'0a'"), ("0x10", "16"),
        ])
    func text(_ source: String, _ text: String) throws {
        let syntax = try #require(try ExpressionParser.parse(source))
        #expect(syntax.description == text)
        #expect(try ExpressionParser.parse(text) == syntax)
    }
}
