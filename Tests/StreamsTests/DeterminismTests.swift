import Connectors
import Platform
import Records
import Streams
import Testing

@Suite("Determinism")
struct DeterminismTests {
    private static let script = """
        SELECT window_start, k, COUNT(*) AS c, SUM(n) AS s, FIRST_VALUE(n) AS f, LAST_VALUE(n) AS l,
               COUNT(DISTINCT n) AS d, MAX(t) AS t, PERCENTILE(n, 0.9) AS p
        FROM HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND)
        WHERE n % 7 <> 0 GROUP BY window_start, window_end, k
        """

    /// Splits of thousands of records, out of order, with gaps in their offsets and bad records.
    private func records(seed: UInt64) -> [[MemorySource.Record]] {
        var random = SeededGenerator(seed: seed)
        return (0..<3).map { split in
            var offset = Int64.random(in: 0..<5000, using: &random)
            var time: Int64 = 0
            return (0..<(2000 + 1500 * split)).map { index in
                offset += Int64.random(in: 1...3, using: &random)
                time += Int64.random(in: 0...40, using: &random)
                let late = Int64.random(in: 0...30_000, using: &random)
                let key = Int.random(in: 0..<5, using: &random)
                let number = Int.random(in: 0..<50, using: &random)
                let value =
                    "{\"ts\":\(time - late),\"k\":\"k\(key)\",\"n\":\(number),\"t\":\"t\(number)\"}"
                return MemorySource.Record(
                    offset: offset, value: value,
                    rejection: index % 997 == 0 ? "bad record" : nil)
            }
        }
    }

    private func run(
        _ plan: QueryPlan, _ records: [[MemorySource.Record]], seed: UInt64, target: MemoryTarget
    ) throws -> PipelineReport {
        var random = SeededGenerator(seed: seed)
        var options = PipelineOptions()
        options.onError = .deadLetter
        // Between a commit after every batch and hardly any.
        options.commitInputByteCount = Int.random(in: 0..<400_000, using: &random)
        let countMax = Int.random(in: 1...6000, using: &random)
        let source = MemorySource(records) { Int.random(in: 1...countMax, using: &random) }
        return try plan.makePipeline(source: source, target: target, options: options).run()
    }

    private func firstDifference(
        _ left: [MemoryTarget.Output], _ right: [MemoryTarget.Output]
    ) -> String? {
        for (index, (one, other)) in zip(left, right).enumerated() where one != other {
            return "\(index): \(one) instead of \(other)"
        }
        return left.count == right.count ? nil : "\(left.count) rows instead of \(right.count)"
    }

    @Test(
        "Three splits give the same bytes whatever the reads, the commits and the kills",
        arguments: [1, 2, 3, 4] as [UInt64])
    func splits(seed: UInt64) throws {
        let plan = try QueryFile.plan(Self.script, lateness: seed % 2 == 0 ? 3000 : 0)
        let records = records(seed: seed)
        let reference = MemoryTarget()
        let report = try run(plan, records, seed: 0, target: reference)
        #expect(report.late > 100)
        #expect(report.rejected == 13)
        for attempt in 1...4 as ClosedRange<UInt64> {
            let target = MemoryTarget()
            var kills = 0
            while true {
                target.killedAfter = target.commitCount + 1 + kills
                do {
                    _ = try run(plan, records, seed: seed * 100 + attempt, target: target)
                } catch is MemoryTarget.Killed {
                    kills += 1
                    continue
                }
                break
            }
            for role in OutputRole.allCases {
                let difference = firstDifference(
                    target.committed[role] ?? [], reference.committed[role] ?? [])
                #expect(difference == nil, "seed \(seed), attempt \(attempt), \(kills) kills")
            }
        }
    }
}
