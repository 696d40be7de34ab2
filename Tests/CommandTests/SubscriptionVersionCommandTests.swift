import Foundation
import Testing

@Suite("sluice subscription: versions and counts")
struct SubscriptionVersionCommandTests {
    /// Ten records in two partitions, in turn: n is twice the offset and the partition.
    private static func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json --partitions 2")
        try write(bench, 0..<10)
        try bench.sluice("subscription create s --topic t --where", ["n % 2 = 0 OR n > 5"])
        return bench
    }

    private static func write(_ bench: Workbench, _ numbers: Range<Int>) throws {
        try bench.sluice("produce t", input: numbers.map { "{\"n\":\($0)}\n" }.joined())
    }

    private static func numbers(_ outcome: SluiceProcess.Outcome) throws -> [Int] {
        #expect(outcome.status == 0, "\(outcome)")
        return try outcome.documents().compactMap { $0["n"] as? Int }.sorted()
    }

    @Test("A group in the middle of a topic goes on with each record's own version, and counts it")
    func group() throws {
        let bench = try Self.bench()
        let read = "consume -s s -g g"
        var found = try Self.numbers(bench.sluice("\(read) -n 3"))
        let altered = try bench.sluice("subscription alter s --where", ["n < 0 OR n > 13"])
        #expect(
            altered.output == """
                changed subscription s: where n < 0 OR n > 13
                version 2 is in force from these offsets of the partitions: 5, 5

                """, "\(altered)")
        try Self.write(bench, 10..<20)
        for _ in 0..<3 { found += try Self.numbers(bench.sluice("\(read) -n 2")) }
        found += try Self.numbers(bench.sluice(read))
        #expect(found.sorted() == [0, 2, 4, 6, 7, 8, 9] + Array(14..<20))
        let stats = try bench.sluice("subscription stats s -o json").documents().first
        #expect(stats?["seen"] as? Int == 20 && stats?["matched"] as? Int == 13)
        #expect(stats?["refused_by_sql"] as? Int == 7)
        let versions = stats?["versions"] as? [[String: Any]]
        #expect(versions?.compactMap { $0["matched"] as? Int } == [7, 6])
        #expect(versions?.compactMap { $0["refused"] as? Int } == [3, 4])
        // Readers without a group count nothing.
        let again = try bench.sluice("consume s --stats")
        #expect(try Self.numbers(again) == found.sorted())
        #expect(again.error.contains("Matched:            13"), "\(again)")
        #expect(
            try bench.sluice("subscription stats s -o json").documents().first?["seen"] as? Int
                == 20)
    }

    @Test("All of history can be read with one version; a wrong number is named with the nearest")
    func oneVersion() throws {
        let bench = try Self.bench()
        try bench.sluice("subscription alter s --where", ["n = 3"])
        try Self.write(bench, 10..<12)
        #expect(try Self.numbers(bench.sluice("consume s")) == [0, 2, 4, 6, 7, 8, 9])
        #expect(try Self.numbers(bench.sluice("consume s --filter-version latest")) == [3])
        #expect(
            try Self.numbers(bench.sluice("consume s --filter-version 1"))
                == [0, 2, 4, 6, 7, 8, 9, 10, 11])
        let wrong = try bench.sluice("consume s --filter-version 3")
        #expect(wrong.status == 1 && wrong.error.contains("The nearest: 2."), "\(wrong)")
        let topic = try bench.sluice("consume t --filter-version 1")
        #expect(topic.status == 2 && topic.error.contains("is a topic"), "\(topic)")
        #expect(try bench.sluice("consume s --filter-version 0").status == 2)
        // What is tried is the newest version.
        let tried = try bench.sluice("subscription test s -o json").documents().first
        #expect(tried?["delivered"] as? Int == 1)
    }

    @Test("A rollback is a new version with an older filter")
    func rollback() throws {
        let bench = try Self.bench()
        let none = try bench.sluice("subscription rollback s")
        #expect(none.status == 1 && none.error.contains("no version before 1"), "\(none)")
        try bench.sluice("subscription alter s --where", ["n = 3"])
        try bench.sluice("subscription alter s --where", ["n = 4"])
        let back = try bench.sluice("subscription rollback s")
        #expect(back.output.hasPrefix("changed subscription s: where n = 3\nversion 4 "), "\(back)")
        try bench.sluice("subscription rollback s --to 1")
        try Self.write(bench, 10..<12)
        #expect(try Self.numbers(bench.sluice("consume s --from 5")) == [10, 11])
        let present = try bench.sluice("subscription rollback s --to 5")
        #expect(present.status == 2 && present.error.contains("is the present one"), "\(present)")
        let wrong = try bench.sluice("subscription rollback s --to 9")
        #expect(wrong.status == 1 && wrong.error.contains("The nearest: 5."), "\(wrong)")
        let described = try bench.sluice("subscription describe s -o json").documents().first
        let versions = described?["versions"] as? [[String: Any]]
        #expect(
            versions?.compactMap { $0["filter"] as? String } == [
                "where n % 2 = 0 OR n > 5", "where n = 3", "where n = 4", "where n = 3",
                "where n % 2 = 0 OR n > 5",
            ])
        #expect(versions?.compactMap { $0["from_offset"] as? String }.last == "5, 5")
        // A filter that no longer fits the topic is not taken back.
        try bench.sluice("topic alter t --format csv --columns a,b")
        let unfit = try bench.sluice("subscription rollback s --to 2")
        #expect(unfit.status == 1 && unfit.error.contains("does not fit"), "\(unfit)")
    }
}
