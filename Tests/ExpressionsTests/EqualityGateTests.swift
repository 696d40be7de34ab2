import Bytes
import Testing

@testable import Expressions

@Suite("Equality gates")
struct EqualityGateTests {
    private static let constants = [
        "5", "5.0", "'5'", "'5.0'", "'5e0'", "-0.0", "0", "'-0'", "TRUE", "FALSE", "'true'",
        "'False'", "'a'", "'é'", "''", "1e300", "1e308", "'1e999'", "9223372036854775807",
        "9223372036854775808.0", "'9223372036854775808'", "9007199254740993", "9007199254740992.0",
        "X'61'", "X'ff'", "NULL", "'2024-01-01T00:00:00Z'", "'nan'",
    ]

    private static let values: [TestValue] = [
        .null, .int(5), .int(0), .int(.max), .int(9_007_199_254_740_993),
        .int(9_007_199_254_740_992), .int(1), .double(5), .double(-0.0), .double(5.5),
        .double(1e300), .double(.infinity), .double(.nan), .double(9_223_372_036_854_775_808),
        .double(9_007_199_254_740_992), .bool(true), .bool(false), .string("5"), .string("5.0"),
        .string("+5"), .string("-0"), .string("TRUE"), .string("false"), .string("a"),
        .string("é"), .string(""), .string("1e999"), .string("9223372036854775808"),
        .string("nan"), .string("2024-01-01T00:00:00Z"), .bytes([0x61]), .bytes([0xFF]),
        .json("[5]"), .duration(5),
    ]

    /// Whether the gate lets the value through.
    private static func admits(_ gate: EqualityGate, _ value: TestValue) -> Bool {
        let block = TestBlock([TestRecord(properties: [("p", value)])])
        let bytes = block.bytes
        let homes = TextHomes(input: bytes.rawSpan, arena: bytes.rawSpan, constants: bytes.rawSpan)
        let hashes = GateHashes(block.cell(value), homes)
        return !Set([hashes.text, hashes.number, hashes.truth]).subtracting([0])
            .isDisjoint(with: gate.hashes)
    }

    @Test("A gate lets through every value that equals its constant", arguments: constants)
    func equality(_ constant: String) throws {
        for condition in [
            "p = \(constant)", "\(constant) = p", "p IN (\(constant), 'other')",
            "p = \(constant) AND p IS NOT NULL", "p = 77 OR p = \(constant)",
        ] {
            let program = try Expression.compile(condition)
            let gate = try #require(
                program.equalityGates(of: Expression.condition).first, "\(condition)")
            for value in Self.values {
                let record = TestRecord(properties: [("p", value)])
                if outcomes(program, [record]) == [.match] {
                    #expect(Self.admits(gate, value), "\(condition) of \(value)")
                }
            }
        }
    }

    @Test("A gate keeps other values out")
    func selectivity() throws {
        let program = try Expression.compile("p = 'a' AND q > 1")
        let gate = try #require(program.equalityGates(of: Expression.condition).first)
        let admitted = Self.values.filter { Self.admits(gate, $0) }
        #expect(admitted.count == 2)  // The text and the bytes.
    }

    @Test(
        "Where a value could match that a look-up does not find there is no gate",
        arguments: [
            "p <> 5", "NOT p = 5", "p = 5 OR q = 5", "p = 5 OR p > 6", "p = q", "LOWER(p) = 'a'",
            "timestamp = 5", "timestamp IN (5, 6)", "p IS NOT DISTINCT FROM 5", "5 = 5",
            "p = INTERVAL '1' SECOND",
        ])
    func none(_ condition: String) throws {
        let program = try Expression.compile(condition)
        #expect(program.equalityGates(of: Expression.condition).isEmpty)
    }

    @Test("The clients' dialects, which compare in their own ways, have no gates")
    func dialects() throws {
        for dialect in [Dialect.rocketmq, .jms] {
            let program = try Expression.compile("p = 5", options: CompileOptions(dialect: dialect))
            #expect(program.equalityGates(of: Expression.condition).isEmpty)
        }
    }

    @Test("An expression with a mistake leaves nothing in the program")
    func undo() throws {
        func build(withMistakes: Bool) throws -> Program {
            var builder = ProgramBuilder(CompileOptions(shape: .json))
            let good = [
                "a = 5 AND b LIKE 'x%'", "JSON_VALUE(c, '$.d') = 1 OR a IN (1, 2, 3)",
                "b RLIKE 'x+' AND d = 'new'",
            ]
            let bad = [
                "e = 9 AND f LIKE 'y%' AND g IN (7, 8, 9) AND h RLIKE 'z' AND UPER(a) = 'b'",
                "JSON_VALUE(c, '$.e') = NOW() AND b = NULL AND timestamp = 'never'",
            ]
            for source in good {
                if withMistakes {
                    for source in bad {
                        let syntax = try #require(
                            try ExpressionParser.parse(source, dialect: .sluice))
                        #expect(throws: ExpressionError.self) {
                            try builder.addCondition(syntax)
                        }
                    }
                }
                let syntax = try #require(try ExpressionParser.parse(source, dialect: .sluice))
                _ = try builder.addCondition(syntax)
            }
            return builder.build()
        }
        let program = try build(withMistakes: true)
        let reference = try build(withMistakes: false)
        #expect(program.explain() == reference.explain())
        #expect(program.tables.text == reference.tables.text && !program.isVolatile)
        #expect(program.tables.counts == reference.tables.counts)
        #expect(program.warnings == reference.warnings)
    }
}
