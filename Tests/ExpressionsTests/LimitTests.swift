import Testing

@testable import Expressions

/// A limit of EXPRESSIONS.md §16 and how to make an expression that has `n` of what it limits.
struct LimitCase: Sendable, CustomTestStringConvertible {
    let name: String
    let limit: Int
    let source: @Sendable (Int) -> String

    var testDescription: String { name }
}

@Suite("Limits")
struct LimitTests {
    static func repeated(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    static let cases = [
        LimitCase(name: "bytes", limit: 65_536) { "a = 1 /*" + repeated("x", $0 - 10) + "*/" },
        LimitCase(name: "parentheses", limit: 128) {
            repeated("(", $0) + "a = 1" + repeated(")", $0)
        },
        LimitCase(name: "NOT", limit: 128) { repeated("NOT ", $0) + "a = 1" },
        LimitCase(name: "signs", limit: 128) { repeated("- ", $0) + "a = 1" },
        LimitCase(name: "calls", limit: 128) {
            repeated("ABS(", $0) + "a" + repeated(")", $0) + " = 1"
        },
        LimitCase(name: "CASE", limit: 128) {
            repeated("CASE WHEN TRUE THEN ", $0) + "a" + repeated(" END", $0) + " = 1"
        },
        LimitCase(name: "IS tests", limit: 128) { "a" + repeated(" IS NULL", $0) },
        LimitCase(name: "mixed nesting", limit: 128) {
            // Every level goes through all precedences on its way down.
            repeated("a OR b AND c = d || e + f * (", $0) + "1" + repeated(")", $0) + " = g"
        },
        LimitCase(name: "IN list", limit: 8_192) {
            "a IN (" + Array(repeating: "1", count: $0).joined(separator: ",") + ")"
        },
        LimitCase(name: "arguments", limit: 32) {
            "COALESCE(" + Array(repeating: "a", count: $0).joined(separator: ",") + ") = 1"
        },
        LimitCase(name: "regular expression", limit: 4_096) { "a ~ '" + repeated("b", $0) + "'" },
        LimitCase(name: "LIKE pattern", limit: 4_096) { "a LIKE '" + repeated("é", $0) + "'" },
        LimitCase(name: "JSON path", limit: 64) { "payload" + repeated(".a", $0) + " = 1" },
        LimitCase(name: "JSON path literal", limit: 64) {
            "JSON_VALUE(a, '$" + repeated("[0]", $0) + "') = 1"
        },
    ]

    @Test("One below and at a limit is accepted, one above is error:limit", arguments: cases)
    func limit(_ row: LimitCase) throws {
        // "mixed nesting" has a number as an operand of `(`; both its type and its depth are fine.
        for count in [row.limit - 1, row.limit] {
            let source = row.source(count)
            do {
                _ = try Expression.compile(source)
            } catch {
                #expect(error.kind != .limit, "\(count): \(error)")
                #expect(row.name == "mixed nesting", "\(count): \(error)")
            }
        }
        let error = try #require(throws: ExpressionError.self) {
            try Expression.compile(row.source(row.limit + 1))
        }
        #expect(error.kind == .limit)
    }

    @Test("The same limits hold for RocketMQ's own grammar", arguments: ["(", "NOT ", "- "])
    func rocketMQNesting(_ opening: String) throws {
        let options = CompileOptions(dialect: .rocketmq)
        func source(_ count: Int) -> String {
            Self.repeated(opening, count) + "a" + Self.repeated(opening == "(" ? ")" : "", count)
                + (opening == "- " ? " = 1" : "")
        }
        _ = try Expression.compile(source(128), options: options)
        let error = try #require(throws: ExpressionError.self) {
            try Expression.compile(source(129), options: options)
        }
        #expect(error.kind == .limit)
        let chain = "a" + Self.repeated(" = b", 200)
        #expect(throws: ExpressionError.self) { try Expression.compile(chain, options: options) }
    }

    @Test(
        "Chains of thousands of terms are one level, when compiling and when evaluating",
        arguments: [" AND ", " OR "])
    func logicChains(_ operation: String) throws {
        let terms = (0..<4_000).map { "p\($0 % 7) <> \($0)" }
        let source = terms.joined(separator: operation)
        let expected: TestOutcome = operation == " OR " ? .match : .no
        let record = TestRecord(properties: (0..<7).map { ("p\($0)", .int(3_999)) })
        #expect(try outcome(source, record) == expected)
    }

    @Test(
        "Chains of arithmetic and text are one level too", arguments: ["+", "-", "*", "||"])
    func valueChains(_ operation: String) throws {
        let source =
            "(" + Array(repeating: "a", count: 6_000).joined(separator: operation) + ") IS NULL"
        let record = TestRecord(properties: [("a", .int(1))])
        #expect(try outcome(source, record) == .no)
    }

    @Test(
        "The more text a program builds, the fewer rows it takes at once",
        arguments: [
            ("a = 1 AND UPPER(b) LIKE 'X%'", Int.max),
            ("a || b = 'x'", 64),
            ("REPLACE(a, 'x', b) = 'y' OR a || b || c = 'x'", 32),
            ((0..<100).map { "REPLACE(a, 'x', '\($0)') = b" }.joined(separator: " OR "), 1),
        ])
    func rowCountMax(_ source: String, _ expected: Int) throws {
        let program = try Expression.compile(source, options: CompileOptions())
        #expect(program.rowCountMax == expected)
    }

    @Test("Text that nested REPLACE calls would multiply beyond the limit is NULL")
    func computedText() throws {
        let long = Self.repeated("aaaaaaaaaa", 1_000)
        var source = "s"
        for _ in 0..<3 { source = "REPLACE(\(source), 'a', '\(long)')" }
        let record = TestRecord(properties: [("s", .string("aaa"))])
        #expect(try outcome(source + " IS NULL", record) == .match)
    }
}
