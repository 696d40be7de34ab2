import ArgumentParser
import Bytes
import Expressions
import Filters
import Platform
import Records

/// `sluice bench filter`.
struct BenchFilter: Command {
    static let configuration = CommandConfiguration(
        "filter", abstract: "Measure filters alone, beside a walk over the syntax tree.",
        discussion: """
            Evaluates conditions over records in memory, like those of the flights sample, on one \
            thread, and counts processor time, the best of three passes: with their fields as headers and as JSON payloads. Beside it stands the \
            plainest evaluator that there is: node by node of the syntax tree for each record. \
            Both have to keep the same number of records.
            """,
        examples: [
            Example("sluice bench filter", "Conditions of three terms, on headers and on JSON."),
            Example(
                "sluice bench filter --where \"carrier = 'AA' AND dep_delay > 100\"",
                "Another condition."),
        ])

    /// Conditions of three terms: one rare at the front, one rare at the end, few records in any.
    private static let conditions = [
        "dep_delay > 60 AND carrier IN ('AA','UA','DL') AND dest LIKE 'S%'",
        "dest LIKE 'S%' AND carrier IN ('AA','UA','DL') AND dep_delay > 60",
        "carrier = 'AA' OR dest = 'SFO' OR dep_delay > 100",
    ]

    @Option(help: "Number of records.")
    var records = 500_000

    @Option(name: [.customLong("where"), .customShort("w")], help: "A condition to measure with.")
    var condition: [String] = []

    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        guard (1...20_000_000).contains(records) else {
            throw CommandFailure.usage("--records is 1 to 20,000,000.")
        }
        var table = Table([
            Table.Column("Fields"), Table.Column("Condition"), Table.Column("Records"),
            Table.Column("Kept"), Table.Column("ns/record", name: "ns_per_record"),
            Table.Column("Tree ns/record", name: "tree_ns_per_record"), Table.Column("Ratio"),
        ])
        for isJSON in [false, true] {
            let flights = BenchFlights(count: records, hasHeaders: !isJSON)
            for condition in condition.isEmpty ? Self.conditions : condition {
                try add(condition, isJSON: isJSON, flights, to: &table)
            }
        }
        try table.print(to: console, as: output.output, whenEmpty: "Nothing was measured.")
        return .done
    }

    private func add(
        _ condition: String, isJSON: Bool, _ flights: BenchFlights, to table: inout Table
    ) throws {
        let arguments = try FilterArguments.parse(["--where", condition])
        var filter = try arguments.compile(isJSON ? .json : .raw, errorPolicy: .drop)
        var walker = try TreeWalker(condition, isJSON: isJSON)
        let program = Self.best { Self.count(flights, &filter) }
        let tree = try Self.best {
            try flights.blocks.reduce(0) { try $0 + walker.count($1.block) }
        }
        guard program.kept == tree.kept else {
            throw CommandFailure(
                "\(condition): the program keeps \(program.kept) records, the tree \(tree.kept)")
        }
        table.add([
            .text(isJSON ? "json" : "headers"), .text(condition), .count(Int64(records)),
            .count(Int64(program.kept)),
            .number(Self.rounded(program.nanoseconds / Double(records))),
            .number(Self.rounded(tree.nanoseconds / Double(records))),
            .number(Self.rounded(tree.nanoseconds / program.nanoseconds)),
        ])
    }

    /// Processor time, in nanoseconds: of other programs' work on the machine there is much less in
    /// it than in the time of the clock.
    private static func best(
        _ count: () throws -> Int
    ) rethrows -> (kept: Int, nanoseconds: Double) {
        var best = (kept: 0, nanoseconds: Double.infinity)
        for _ in 0..<3 {
            let start = ProcessUsage.current.cpuSeconds
            let kept = try count()
            best = (kept, min(best.nanoseconds, (ProcessUsage.current.cpuSeconds - start) * 1e9))
        }
        return best
    }

    private static func count(_ flights: BenchFlights, _ filter: inout SubscriptionFilter) -> Int {
        var kept = 0
        let stream = RecordStream(topic: "bench")
        for buffer in flights.blocks {
            var selection = Selection(all: buffer.rows.count)
            _ = filter.select(from: buffer.block, of: stream, now: 0, selection: &selection)
            kept += selection.count
        }
        return kept
    }

    private static func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}
