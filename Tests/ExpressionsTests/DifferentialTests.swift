import Bytes
import Foundation
import Testing

@testable import Expressions

@Suite("Vectorised evaluation against a walk of the tree")
struct DifferentialTests {
    /// Pairs of an expression and a record that are compared: `SLUICE_DIFFERENTIAL_PAIRS`, in all
    /// dialects together; about 20,000 where nothing is said.
    static let pairCount =
        ProcessInfo.processInfo.environment["SLUICE_DIFFERENTIAL_PAIRS"].flatMap { Int($0) }
        ?? 20_000

    /// The seeds: each stands for ``roundCount`` expressions of one dialect.
    static let seeds = 1...6

    /// Records of a batch.
    private static let recordCount = 17

    /// Expressions for a seed and dialect.
    private static var roundCount: Int {
        max(1, pairCount / (seeds.count * Dialect.allCases.count * recordCount))
    }

    @Test(
        "Random conditions give every row of a batch what the reference gives it",
        arguments: Dialect.allCases, seeds)
    func conditions(dialect: Dialect, seed: Int) throws {
        var random = RandomExpression(seed: UInt64(seed), dialect: dialect)
        var compiled = 0
        var attempts = 0
        while compiled < Self.roundCount, attempts < Self.roundCount * 50 {
            attempts += 1
            let isWire = dialect == .rocketmq
            let depth = 1 + random.next(4)
            let source = isWire ? random.wireCondition(depth) : random.condition(depth)
            let records = (0..<Self.recordCount).map { _ in
                isWire ? random.wireRecord() : random.record()
            }
            guard let syntax = try? ExpressionParser.parse(source, dialect: dialect) else {
                Issue.record("seed \(seed): does not parse: \(source)")
                continue
            }
            // Random expressions often have static type errors; those have tests of their own.
            let options = CompileOptions(dialect: dialect)
            guard let program = try? Expression.compile(source, options: options) else { continue }
            compiled += 1
            let results = outcomes(program, records)
            for (row, record) in records.enumerated() {
                let expected = Self.expected(syntax, dialect, record)
                #expect(
                    results[row] == expected,
                    "seed \(seed), row \(row), \(record.properties): \(source)\n\(program.explain())"
                )
                if results[row] != expected { return }
            }
        }
        #expect(compiled == Self.roundCount, "too few expressions of seed \(seed) have valid types")
        print("differential: \(dialect), seed \(seed): \(compiled * Self.recordCount) pairs agree")
    }

    private static func expected(
        _ syntax: Syntax, _ dialect: Dialect, _ record: TestRecord
    ) -> TestOutcome {
        if dialect == .rocketmq {
            do throws(ReferenceRocketMQ.Failure) {
                switch try ReferenceRocketMQ(record: record).condition(syntax) {
                case true: return .match
                case false: return .no
                default: return .unknown
                }
            } catch { return .error(.evaluation) }
        }
        do {
            let reference = ReferenceEvaluator(dialect: dialect, record: record)
            switch try reference.condition(syntax) {
            case true: return .match
            case false: return .no
            default: return .unknown
            }
        } catch { return .error(error.error) }
    }

    @Test("The canonical text of random expressions parses to an equal tree", arguments: 1...8)
    func roundTrip(seed: Int) throws {
        var random = RandomExpression(seed: UInt64(seed), dialect: .sluice)
        for _ in 0..<50 {
            let source = random.condition(1 + random.next(5))
            let syntax = try #require(try ExpressionParser.parse(source))
            let text = syntax.description
            #expect(try ExpressionParser.parse(text) == syntax, "seed \(seed): \(source) → \(text)")
        }
    }

    @Test("Several roots over one batch share fields and steps, and give what each gives alone")
    func severalRoots() throws {
        var random = RandomExpression(seed: 7, dialect: .sluice)
        for _ in 0..<100 {
            let records = (0..<9).map { _ in random.record() }
            let sources = (0..<4).map { _ in random.condition(3) }
            var builder = ProgramBuilder()
            var roots: [(RootIndex, String)] = []
            for source in sources {
                guard let syntax = try ExpressionParser.parse(source),
                    let root = try? builder.addCondition(syntax)
                else { continue }
                roots.append((root, source))
            }
            let program = builder.build()
            var evaluator = Evaluator(program)
            evaluator.begin(now: 0)
            let block = TestBlock(records)
            let bytes = block.bytes
            var rows = TestRows(block, input: bytes.rawSpan)
            // Narrowing selections in between: a later root must compute what earlier ones left out.
            var selection = Selection(all: records.count)
            for (root, _) in roots.reversed() { evaluator.filter(root, &rows, &selection) }
            for (root, source) in roots {
                let alone = outcomes(try Expression.compile(source), records)
                evaluator.evaluate(root, &rows, Selection(all: records.count))
                let column = evaluator.column(root)
                for row in records.indices {
                    let cell = column[row]
                    let result: TestOutcome =
                        switch cell.kind {
                        case .bool: cell.bits == 1 ? .match : .no
                        case .error: .error(EvaluationError(rawValue: cell.bits) ?? .evaluation)
                        default: .unknown
                        }
                    #expect(result == alone[row], "\(source)")
                }
            }
            for field in program.fields {
                let loaded = rows.loads.filter { $0.fields.contains(field) }.flatMap(\.rows)
                #expect(Set(loaded).count == loaded.count, "\(field) was loaded twice for a row")
            }
        }
    }
}
