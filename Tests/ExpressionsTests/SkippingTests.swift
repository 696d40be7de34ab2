import Bytes
import Testing

@testable import Expressions

@Suite("What a summary of a block says of a condition")
struct SkippingTests {
    @Test(
        "A condition never gives a truth value that the summaries exclude",
        arguments: [Dialect.sluice, .jms, .rocketmq], 1...8)
    func soundness(dialect: Dialect, seed: Int) throws {
        var random = RandomExpression(seed: UInt64(seed) &+ 900, dialect: dialect)
        var skips = 0
        for _ in 0..<150 {
            let source = random.condition(1 + random.next(3))
            let options = CompileOptions(dialect: dialect)
            guard let program = try? Expression.compile(source, options: options) else { continue }
            let records = Self.block(&random)
            // Few values one by one, or ranges and Bloom filters only.
            let valueCountMax = random.next(2) * FieldSummary.valueCountMax
            let possible = Self.possible(program, records, valueCountMax: valueCountMax)
            for outcome in outcomes(program, records) {
                #expect(
                    possible.contains(Self.truth(outcome)),
                    "seed \(seed): \(source) gave \(outcome) for \(records.map(\.properties))")
            }
            if !possible.contains(.yes) {
                skips += 1
                // What excludes a block is said to do so.
                let answers = program.indexAnswers(of: Expression.condition) { _ in true }
                #expect(
                    answers.contains { $0.answer > .never },
                    "seed \(seed): \(source) was excluded")
            }
        }
        #expect(skips > 3, "nothing was excluded with seed \(seed)")
    }

    /// Records that are alike, as those of a block are: a few values for each name.
    private static func block(_ random: inout RandomExpression) -> [TestRecord] {
        let samples = (0..<1 + random.next(3)).map { _ in random.record() }
        return (0..<13).map { _ in
            var record = random.pick(samples)
            for index in record.properties.indices {
                let name = record.properties[index].name
                let values = random.pick(samples).values(name)
                if let value = values.last { record.properties[index].value = value }
            }
            return record
        }
    }

    private static func truth(_ outcome: TestOutcome) -> PossibleTruths {
        switch outcome {
        case .match: .yes
        case .no: .no
        case .unknown: .unknown
        case .error: .error
        }
    }

    /// Summarises every field of the program, through the byte form.
    private static func possible(
        _ program: Program, _ records: [TestRecord], valueCountMax: Int
    ) -> PossibleTruths {
        let block = TestBlock(records)
        let bytes = block.bytes
        var columns = program.fields.map { _ in CellColumn() }
        for index in columns.indices { columns[index].reserve(records.count) }
        var arena: [UInt8] = []
        var rows = TestRows(block, input: bytes.rawSpan)
        rows.load(
            program.fields, selection: Selection(all: records.count), into: &columns,
            arena: &arena)
        var builder = FieldSummaryBuilder(valueCountMax: valueCountMax)
        let summaries = columns.map { column -> FieldSummary? in
            let homes = TextHomes(
                input: bytes.rawSpan, arena: arena.rawSpan, constants: arena.rawSpan)
            var coded: [UInt8] = []
            builder.summarize(column, rowCount: records.count, homes).encode(into: &coded)
            var cursor = ByteCursor(coded.rawSpan)
            return FieldSummary(&cursor)
        }
        #expect(!summaries.contains { $0 == nil })
        return program.possibleTruths(Expression.condition, summaries)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let condition: String
        let values: [TestValue]
        let mayMatch: Bool
        var testDescription: String { "\(condition) over \(values)" }

        init(_ condition: String, _ values: [TestValue], _ mayMatch: Bool) {
            self.condition = condition
            self.values = values
            self.mayMatch = mayMatch
        }
    }

    private static let longText = String(repeating: "m", count: 40)

    @Test(
        "Ranges, equality, IN, prefixes and NULL exclude blocks; what is not understood does not",
        arguments: [
            Case("p > 10", [.int(3), .int(9)], false),
            Case("p > 10", [.int(3), .double(10.5)], true),
            Case("p >= 9", [.int(3), .int(9)], true),
            Case("10 < p", [.int(3), .int(9)], false),
            Case("p BETWEEN 4 AND 8", [.int(9), .int(12)], false),
            Case("NOT p <= 10", [.int(3), .int(9)], false),
            Case("p = 5", [.int(4), .int(6)], false),
            Case("p = 5", [.int(4), .int(5)], true),
            Case("p = 5", [.int(4), .string("5")], true),
            Case("p = '5'", [.int(5)], true),
            Case("p = 'b'", [.string("a"), .string("c")], false),
            Case("p <> 'b'", [.string("a")], true),
            Case("p IN ('x', 'y')", [.string("a"), .string("c")], false),
            Case("p IN (1, 2)", [.int(4), .int(6)], false),
            Case("p NOT IN (1, 2)", [.int(4)], true),
            Case("p LIKE 'b%'", [.string("a"), .string("c")], true),
            Case("p LIKE 'd%'", [.string("a"), .string("c")], false),
            Case("p LIKE 'b'", [.string("a"), .string("c")], false),
            Case("p STARTSWITH 'd'", [.string("a"), .string("c")], false),
            Case("p LIKE '%d%'", [.string("a")], true),
            Case("p > 'n'", [.string(longText)], false),
            Case("p > '\(longText)'", [.string(longText + "z")], true),
            Case("p LIKE '\(longText)z%'", [.string(longText + "z")], true),
            Case("p IS NULL", [.int(1)], false),
            Case("p IS NULL", [.int(1), .null], true),
            Case("p IS NOT NULL", [.null, .null], false),
            Case("p IS NULL AND q = 1", [.int(1)], false),
            Case("p > 10 OR p < 2", [.int(3), .int(9)], false),
            Case("p > 10 OR q IS NULL", [.int(3), .int(9)], true),
            Case("(p > 10) IS NOT TRUE", [.int(11)], false),
            Case("FALSE", [.int(1)], false),
            Case("p + 1 > 100", [.int(1)], true),
        ])
    func exclusion(row: Case) throws {
        let records = row.values.map { value -> TestRecord in
            var record = TestRecord()
            record.properties.append(("p", value))
            return record
        }
        let program = try Expression.compile(row.condition)
        let truths = Self.possible(program, records, valueCountMax: 0)
        #expect(truths.contains(.yes) == row.mayMatch)
    }

    @Test("Few values are told apart one by one, also by patterns and in the rocketmq dialect")
    func fewValues() throws {
        var records: [TestRecord] = []
        for text in ["apple", "cherry"] {
            var record = TestRecord()
            record.properties.append(("p", .string(text)))
            records.append(record)
        }
        let count = FieldSummary.valueCountMax
        for (condition, mayMatch) in [
            ("p LIKE '%an%'", false), ("p LIKE '%pp%'", true), ("p RLIKE 'ch?e'", true),
            ("p RLIKE '^b'", false), ("p = 'banana'", false), ("p ILIKE 'APPLE'", true),
        ] {
            let program = try Expression.compile(condition)
            let truths = Self.possible(program, records, valueCountMax: count)
            #expect(truths.contains(.yes) == mayMatch, "\(condition)")
        }
        let options = CompileOptions(dialect: .rocketmq)
        let program = try Expression.compile("p = 'banana'", options: options)
        let exact = Self.possible(program, records, valueCountMax: count)
        #expect(!exact.contains(.yes))
        let range = Self.possible(program, records, valueCountMax: 0)
        #expect(range == .all)
    }

    @Test("A damaged byte form is refused or read, and never traps")
    func damagedSummaries() {
        var random = RandomExpression(seed: 5, dialect: .sluice)
        var (read, refused) = (0, 0)
        for round in 0..<40 {
            let records = (0..<30).map { _ in random.record() }
            let block = TestBlock(records)
            let bytes = block.bytes
            var column = CellColumn()
            column.cells = records.map { block.cell($0.values("p").last ?? .null) }
            var builder = FieldSummaryBuilder(valueCountMax: round % 2 * 16)
            var coded: [UInt8] = []
            do {
                let homes = TextHomes(
                    input: bytes.rawSpan, arena: bytes.rawSpan, constants: bytes.rawSpan)
                builder.summarize(column, rowCount: records.count, homes).encode(into: &coded)
            }
            for position in coded.indices {
                for change in [UInt8(1), 0x80, 0xFF] {
                    var damaged = coded
                    damaged[position] ^= change
                    var cursor = ByteCursor(damaged.rawSpan)
                    if FieldSummary(&cursor) == nil { refused += 1 } else { read += 1 }
                }
                let start = Array(coded[..<position])
                var cut = ByteCursor(start.rawSpan)
                let isRefused = FieldSummary(&cut) == nil
                #expect(isRefused, "a part of a summary is none")
            }
        }
        #expect(refused > 100 && read > 100)
    }
}
