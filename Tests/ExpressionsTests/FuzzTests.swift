import Bytes
import Testing

@testable import Expressions

@Suite("Hostile expressions and records")
struct FuzzTests {
    static let words = [
        "a", "b", "payload", "msg", "prop", "key", "timestamp", ".", "[", "]", "(", ")", ",", "'x'",
        "'", "\"q\"", "`", "1", "0", "-1", "1.5", "9223372036854775808", "0x1F", "1e309", "X'0a'",
        "E'\\n'", "=", "<>", "<", ">=", "+", "-", "*", "/", "%", "||", "~", "!~*", "~*", "AND",
        "OR", "NOT", "IS", "NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT", "FROM", "IN", "BETWEEN",
        "LIKE", "ILIKE", "ESCAPE", "RLIKE", "CONTAINS", "CASE", "WHEN", "THEN", "ELSE", "END",
        "CAST", "AS", "INT", "STRING", "TIMESTAMP", "INTERVAL", "MINUTE", "'5'", "COALESCE",
        "SUBSTRING", "FOR", "TRIM", "BOTH", "EXTRACT", "YEAR", "POSITION", "COUNT", "FILTER",
        "WHERE", "NOW", "--", "/*", "*/", ";", "é", "\u{1F600}", "\u{0}", "IF", "ROUND", "HEADER",
        "DATE_TRUNC", "'day'", "JSON_VALUE", "'$.a'", "POWER", "LEFT", "SPLIT_PART", "ABS",
    ]

    @Test(
        "Random words are parsed, refused or evaluated, and never trap",
        arguments: Dialect.allCases, 1...4)
    func soup(dialect: Dialect, seed: Int) {
        var random = RandomExpression(seed: UInt64(seed), dialect: dialect)
        let records = (0..<3).map { _ in random.record() }
        for _ in 0..<1_500 {
            let source = (0...random.next(14)).map { _ in random.pick(Self.words) }
                .joined(separator: random.next(4) == 0 ? "" : " ")
            compileAndRun(source, dialect, records)
        }
    }

    @Test("Valid expressions with a byte changed never trap", arguments: Dialect.allCases)
    func mutations(dialect: Dialect) {
        var random = RandomExpression(seed: 99, dialect: dialect)
        let records = (0..<3).map { _ in random.record() }
        for source in VectorCorpus.expressions where source.count < 300 {
            var bytes = source
            guard !bytes.isEmpty else { continue }
            let place = random.next(bytes.count)
            switch random.next(3) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8(random.next(128))
            default: bytes = Array(bytes[..<place])
            }
            compileAndRun(String(decoding: bytes, as: UTF8.self), dialect, records)
        }
    }

    /// A first half followed by anything below the second halves trapped: whoever could send an
    /// expression could end the process.
    ///
    /// Found by libFuzzer.
    @Test(
        "Halves of surrogate pairs that do not belong together are refused at the escape",
        arguments: [
            #"\ud83d\ud830"#, #"\ud800\u0041"#, #"\udbff\ue000"#, #"\udc00\ud800"#, #"\ud800"#,
        ])
    func surrogates(_ text: String) {
        for dialect in Dialect.allCases {
            let error = #expect(throws: ExpressionError.self) {
                try Expression.compile("a = E'x\(text)'", options: CompileOptions(dialect: dialect))
            }
            #expect(error?.kind == .syntax)
            #expect(error?.at == 7)
        }
    }

    /// Every function over values at the edges of their types.
    static let calls = [
        "ABS(p)", "ROUND(p)", "ROUND(p, q)", "FLOOR(p)", "CEIL(p)", "SIGN(p)", "SQRT(p)",
        "POWER(p, q)", "MOD(p, q)", "p / q", "p % q", "p * q", "p - q", "- p", "+ p",
        "SUBSTRING(s, p)", "SUBSTRING(s, p, q)", "LEFT(s, p)", "RIGHT(s, p)",
        "SPLIT_PART(s, s, p)", "SPLIT_PART(s, 'a', p)", "REPLACE(s, s, s)", "POSITION(s IN s)",
        "TRIM(BOTH s FROM s)", "UPPER(s)", "LOWER(s)", "LENGTH(s)", "MD5(s)", "SHA256(s)",
        "CRC32(s)", "JAVA_HASH(s)", "TO_TIMESTAMP(p)", "TRY_CAST(p AS TIMESTAMP)",
        "TRY_CAST(p AS STRING)", "TRY_CAST(p AS INT)", "TRY_CAST(s AS TIMESTAMP)",
        "EXTRACT(YEAR FROM TO_TIMESTAMP(p))", "EXTRACT(WEEK FROM TO_TIMESTAMP(p))",
        "DATE_TRUNC('week', TO_TIMESTAMP(p))", "DATE_TRUNC('year', TO_TIMESTAMP(p))",
        "CAST(TO_TIMESTAMP(p) AS STRING)", "TO_TIMESTAMP(p) + INTERVAL '1' WEEK",
        "TO_TIMESTAMP(p) - TO_TIMESTAMP(q)", "GREATEST(p, q, s)", "p || q || s",
        "REGEXP_EXTRACT(s, '(a)|(b)', p)", "JSON_VALUE(s, '$.a')", "JSON_LENGTH(s)",
    ]

    @Test("Functions take the extremes of every type", arguments: calls)
    func extremes(_ call: String) throws {
        let numbers: [TestValue] = [
            .int(.min), .int(.max), .int(0), .int(-1), .double(.nan), .double(.infinity),
            .double(-.infinity), .double(-0.0), .double(.greatestFiniteMagnitude),
            .double(.leastNonzeroMagnitude), .double(1e19), .double(-1e19), .null,
            .string("1e400"), .string("x"), .bool(true), .bytes([0xFF]),
            .timestamp(.min), .timestamp(.max), .duration(.min), .json("[1]"),
        ]
        let texts: [TestValue] = [
            .string(""), .string("a"), .string("aéß\u{1F600}"), .string("[\"\\u00e9\", 2]"),
            .bytes([0xFF, 0x61]), .null,
        ]
        var records: [TestRecord] = []
        for left in numbers {
            for right in numbers {
                let text = texts[records.count % texts.count]
                records.append(TestRecord(properties: [("p", left), ("q", right), ("s", text)]))
            }
        }
        for dialect in Dialect.allCases {
            let options = CompileOptions(dialect: dialect)
            guard let program = try? Expression.compile("\(call) = p", options: options) else {
                continue
            }
            #expect(outcomes(program, records).count == records.count)
        }
    }

    private func compileAndRun(_ source: String, _ dialect: Dialect, _ records: [TestRecord]) {
        for shape in [RowShape.properties, .json] {
            let options = CompileOptions(dialect: dialect, shape: shape)
            do {
                let program = try Expression.compile(source, options: options)
                #expect(outcomes(program, records).count == records.count)
            } catch {
                #expect(error.at >= 0 && error.at <= source.utf8.count)
                #expect(!error.rendered(in: source).isEmpty)
            }
        }
    }
}
