import Foundation
import Testing

@Suite("sluice subscription diff")
struct SubscriptionDiffTests {
    /// Forty numbers in three partitions; three versions.
    private static func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json --partitions 3")
        let input = (0..<40).map { "{\"n\":\($0)}\n" }.joined()
        try bench.sluice("produce t", input: input)
        try bench.sluice("subscription create s --topic t --where", ["n > 10"])
        try bench.sluice("subscription alter s --where", ["n % 3 = 0"])
        try bench.sluice("subscription alter s --where", ["n > 30"])
        return bench
    }

    private static func diff(
        _ bench: Workbench, _ line: String, _ arguments: [String] = []
    ) throws -> [String: Any] {
        let outcome = try bench.sluice("subscription diff s -o json \(line)", arguments)
        #expect(outcome.status == 0, "\(outcome)")
        return try outcome.documents().first ?? [:]
    }

    /// `partition/offset` of what a version delivers.
    private static func places(_ bench: Workbench, _ version: Int) throws -> Set<String> {
        Set(try bench.sluice("consume s --filter-version \(version) -f", ["%p/%o\\n"]).lines)
    }

    private static func places(_ samples: Any?) -> Set<String> {
        let samples = samples as? [[String: Any]] ?? []
        return Set(
            samples.map { "\($0["partition"] as? Int ?? -1)/\($0["offset"] as? Int ?? -1)" })
    }

    @Test("Two versions' records are compared one by one; the last two if none is named")
    func versions() throws {
        let bench = try Self.bench()
        for (arguments, before, after) in [
            ("1 2", 1, 2), ("v2 v1", 2, 1), ("1", 1, 3), ("", 2, 3), ("3 latest", 3, 3),
        ] {
            let found = try Self.diff(bench, "-n 99 \(arguments)")
            let (first, second) = (
                try Self.places(bench, before), try Self.places(bench, after)
            )
            #expect(Self.places(found["gained_samples"]) == second.subtracting(first))
            #expect(Self.places(found["lost_samples"]) == first.subtracting(second))
            #expect(found["gained"] as? Int == second.subtracting(first).count)
            #expect(found["lost"] as? Int == first.subtracting(second).count)
            #expect(found["both"] as? Int == first.intersection(second).count)
            #expect(found["seen"] as? Int == 40)
        }
    }

    @Test("A filter that is not stored is compared with the newest version or a named one")
    func notStored() throws {
        let bench = try Self.bench()
        let newest = try Self.diff(bench, "--where", ["n > 28"])
        #expect(newest["gained"] as? Int == 2 && newest["lost"] as? Int == 0)
        #expect(newest["after"] as? String == "not stored: where n > 28")
        let named = try Self.diff(bench, "1 --remove where")
        #expect(named["gained"] as? Int == 11 && named["both"] as? Int == 29)
        #expect(
            try bench.sluice("subscription list -o json").documents().first?["version"] as? Int == 3
        )
    }

    @Test("Records are looked at from an offset or a time on, and shown with their places")
    func since() throws {
        let bench = try Self.bench()
        #expect(try Self.diff(bench, "--since 10")["seen"] as? Int == 10)
        #expect(try Self.diff(bench, "--since 1d")["seen"] as? Int == 40)
        #expect(try Self.diff(bench, "--since 2013-01-01T00:00:00Z")["seen"] as? Int == 40)
        #expect(try Self.diff(bench, "--since @9000000000000")["seen"] as? Int == 0)
        let text = try bench.sluice("subscription diff s -n 1 --since=-2")
        #expect(
            text.output.hasPrefix("gained:\n1/11 {\"n\":34}\n\nSubscription:"), "\(text)")
    }

    @Test("What cannot be compared is refused, with what can")
    func mistakes() throws {
        let bench = try Self.bench()
        let rows: [(line: String, arguments: [String], status: Int32, message: String)] = [
            ("4", [], 1, "The nearest: 3."), ("1 9", [], 1, "The nearest: 3."),
            ("1 2 3", [], 2, "Two versions"), ("in-force", [], 2, "Only versions"),
            ("1 2 --tag a", [], 2, "one version at most"), ("--since yesterday", [], 2, "since"),
            ("--where", ["n >"], 2, "--where"), ("-n=-1", [], 2, "--limit"),
        ]
        for (line, arguments, status, message) in rows {
            let outcome = try bench.sluice("subscription diff s \(line)", arguments)
            #expect(outcome.status == status, "\(line): \(outcome)")
            #expect(outcome.error.contains(message), "\(line): \(outcome)")
        }
        try bench.sluice("subscription create one --topic t --where", ["n = 1"])
        let one = try bench.sluice("subscription diff one")
        #expect(one.status == 2 && one.error.contains("has one version"), "\(one)")
    }
}
