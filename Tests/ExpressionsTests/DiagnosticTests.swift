import Testing

@testable import Expressions

/// A refused expression and the message a user sees.
struct DiagnosticCase: Sendable, CustomTestStringConvertible {
    let source: String
    let dialect: Dialect
    let shape: RowShape
    let rendered: String

    init(
        _ source: String, dialect: Dialect = .sluice, shape: RowShape = .properties,
        _ rendered: String
    ) {
        self.source = source
        self.dialect = dialect
        self.shape = shape
        self.rendered = rendered
    }

    var testDescription: String { source }
}

@Suite("Messages of refused expressions")
struct DiagnosticTests {
    static let flights = RowShape.csv(columns: ["origin", "dep_delay", "arr_delay"])
    static let rows = RowShape.columns([
        .init(name: "window_start", type: .timestamp), .init(name: "late", type: .int),
    ])

    @Test(
        "A message has line, column, reason, the line and a caret under the place",
        arguments: [
            DiagnosticCase(
                "a = 1 AND AND b = 2",
                """
                1:11: syntax error: expected operand, found AND
                a = 1 AND AND b = 2
                          ^
                """),
            DiagnosticCase(
                "a = 1 OR",
                """
                1:9: syntax error: expected operand, found the end
                a = 1 OR
                        ^
                """),
            DiagnosticCase(
                "a = 1\nAND\tb == 2",
                """
                2:8: syntax error: expected operand, found =
                AND\tb == 2
                   \t   ^
                """),
            DiagnosticCase(
                "größe > 1 AND @",
                """
                1:15: syntax error: unexpected character @ (U+0040)
                größe > 1 AND @
                              ^
                """),
            DiagnosticCase(
                "s = 'open",
                """
                1:5: syntax error: the string has no closing quote
                s = 'open
                    ^
                """),
            DiagnosticCase(
                "n = 9223372036854775808",
                """
                1:5: number-range error: the number is above 9223372036854775807, the largest integer
                n = 9223372036854775808
                    ^
                """),
            DiagnosticCase(
                "LOWR(s) = 'x'",
                """
                1:1: name error: there is no function LOWR; did you mean LOWER?
                LOWR(s) = 'x'
                ^
                """),
            DiagnosticCase(
                "msg.offst > 5",
                """
                1:5: name error: msg has no offst; it has tag, key, topic, partition, offset, \
                timestamp, payload; did you mean offset?
                msg.offst > 5
                    ^
                """),
            DiagnosticCase(
                "dep_dealy > 15", shape: flights,
                """
                1:1: name error: there is no column dep_dealy; did you mean dep_delay?
                dep_dealy > 15
                ^
                """),
            DiagnosticCase(
                "late > 3 AND windowstart = 5", shape: rows,
                """
                1:14: name error: there is no column windowstart; did you mean window_start?
                late > 3 AND windowstart = 5
                             ^
                """),
            DiagnosticCase(
                "EXTRACT(YAER FROM timestamp) = 1",
                """
                1:9: name error: EXTRACT has no YAER; did you mean YEAR?
                EXTRACT(YAER FROM timestamp) = 1
                        ^
                """),
            DiagnosticCase(
                "key = 5",
                """
                1:5: type error: STRING cannot be compared with INT; use CAST
                key = 5
                    ^
                """),
            DiagnosticCase(
                "CAST(n AS DECIMAL(10, 2)) = 1",
                """
                1:11: type error: there is no type DECIMAL; use DOUBLE or BIGINT
                CAST(n AS DECIMAL(10, 2)) = 1
                          ^
                """),
            DiagnosticCase(
                "s ~ '(ab'",
                """
                1:5: pattern error: missing closing parenthesis at byte 3 of the pattern
                s ~ '(ab'
                    ^
                """),
            DiagnosticCase(
                "COUNT(*) > 5",
                """
                1:1: name error: COUNT is an aggregate: only SELECT and HAVING of a statement have them
                COUNT(*) > 5
                ^
                """),
            DiagnosticCase(
                "a = NULL", dialect: .jms,
                """
                1:3: type error: NULL cannot be compared; use IS NULL
                a = NULL
                  ^
                """),
        ])
    func message(_ row: DiagnosticCase) throws {
        let options = CompileOptions(dialect: row.dialect, shape: row.shape)
        let error = try #require(throws: ExpressionError.self) {
            try Expression.compile(row.source, options: options)
        }
        #expect(error.rendered(in: row.source) == row.rendered)
    }

    @Test("Of a long line only the surroundings of the place are shown")
    func longLine() throws {
        let source =
            String(repeating: "a = 1 OR ", count: 50) + "= 2" + String(repeating: " ", count: 90)
        let error = try #require(throws: ExpressionError.self) { try Expression.compile(source) }
        let lines = error.rendered(in: source).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].first == "…" && lines[1].last == "…" && lines[1].count == 122)
        #expect(Array(lines[1])[lines[2].count - 1] == "=")
    }

    @Test("What is odd but allowed is a warning at its place")
    func warnings() throws {
        let program = try Expression.compile("a = NULL OR b BETWEEN 7 AND 3")
        #expect(program.warnings.map(\.at) == [2, 14])
    }
}
