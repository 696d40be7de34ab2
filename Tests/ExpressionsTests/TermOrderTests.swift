import Bytes
import Testing

@testable import Expressions

@Suite("The order of terms")
struct TermOrderTests {
    /// The number of rows that each field was loaded for, batch by batch, and the results.
    private static func run(
        _ source: String, batches: Int, record: (Int) -> TestRecord
    ) throws -> (order: [FieldReference], kept: [Int], counters: FilterCounters) {
        let program = try Expression.compile(source)
        var evaluator = Evaluator(program)
        var kept: [Int] = []
        for batch in 0..<batches {
            let block = TestBlock((0..<10).map { record(batch * 10 + $0) })
            let bytes = block.bytes
            var rows = TestRows(block, input: bytes.rawSpan)
            var selection = Selection(all: 10)
            evaluator.begin(now: 0)
            evaluator.filter(Expression.condition, &rows, &selection)
            kept.append(selection.count)
        }
        let order = evaluator.orders.first.map { order in
            (0..<order.count).map { program.nodes[order.node($0)].operands[0] }
        }
        let fields = (order ?? []).compactMap { node -> FieldReference? in
            let node = program.nodes[Int(node)]
            return node.operation == .field ? program.fields[Int(node.immediate)] : nil
        }
        return (fields, kept, evaluator.counters)
    }

    private static func record(_ number: Int) -> TestRecord {
        TestRecord(properties: [
            ("a", .int(1)), ("b", number % 10 == 0 ? .int(1) : .int(0)),
            ("c", number % 3 == 0 ? .null : .int(1)),
        ])
    }

    @Test("The term that decides most comes first, and the results stay the same")
    func mostSelective() throws {
        let (order, kept, counters) = try Self.run(
            "a = 1 AND b = 1", batches: 64, record: Self.record)
        #expect(order == [.property("b"), .property("a")])
        #expect(kept.allSatisfy { $0 == 1 })
        #expect(counters.kept == 64)
        #expect(counters.refused == 64 * 9)
    }

    @Test("UNKNOWN decides nothing, wherever its term stands")
    func unknown() throws {
        let first = try Self.run("c = 1 AND b = 1", batches: 64, record: Self.record)
        let second = try Self.run("b = 1 AND c = 1", batches: 64, record: Self.record)
        #expect(first.order == second.order)
        #expect(first.counters == second.counters)
        #expect(first.kept == second.kept)
    }

    @Test(
        "Terms that can fail, count or read other fields keep their places",
        arguments: [
            "a = 1 AND CAST(b AS INT) = 1", "a = 1 AND b / 0 = 1", "a = 1 AND msg.offset = 1",
        ])
    func pinned(_ source: String) throws {
        #expect(Evaluator(try Expression.compile(source)).orders.isEmpty)
    }
}
