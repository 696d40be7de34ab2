import Foundation
import Testing

@Suite("sluice subscription")
struct SubscriptionCommandTests {
    private static func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json")
        let input = (0..<8).map { "{\"n\":\($0),\"s\":\"v\($0)\"}\n" }.joined() + "{\"s\":1}\n"
        try bench.sluice("produce t --tag x", input: input)
        return bench
    }

    @Test("A subscription is created, listed, described, changed and deleted")
    func life() throws {
        let bench = try Self.bench()
        let created = try bench.sluice(
            "subscription create high --topic t --tag x --on-error fail --where", ["n >= 6"])
        #expect(
            created.output == "created subscription high of t: where n >= 6, tag x\n",
            "\(created)")
        #expect(try bench.sluice("consume high -f", ["%o,"]).output == "6,7,")
        let listed = try bench.sluice("subscription list")
        #expect(
            listed.output == """
                Subscription  Topic  Filter               On error  Version
                high          t      where n >= 6, tag x  fail            1

                """)
        let altered = try bench.sluice(
            "subscription alter high --remove tag --on-error drop --pattern", ["v[67]"])
        #expect(altered.status == 0, "\(altered)")
        let described = try bench.sluice("subscription describe high -o json").documents()
        #expect(described.first?["where"] as? String == "n >= 6")
        #expect(described.first?["pattern"] as? String == "v[67]")
        #expect(described.first?["tag"] is NSNull)
        #expect(described.first?["version"] as? Int == 2)
        #expect(described.first?["on_error"] as? String == "drop")
        #expect(try bench.sluice("subscription delete high").status == 2)
        #expect(
            try bench.sluice("subscription delete high --yes").output
                == "deleted subscription high\n")
        #expect(try bench.sluice("subscription list -o json").output.isEmpty)
    }

    @Test("A mistake is shown under its place, and nothing is stored")
    func mistakes() throws {
        let bench = try Self.bench()
        let rows: [(options: [String], message: String)] = [
            (["--where", "n > > 1"], "\nn > > 1\n    ^\n"),
            (["--where", "uper(s) = 'a'"], "did you mean UPPER?"),
            (["--where", "n + 's'"], "--where"),
            (["--where", "n < NOW()"], "NOW"),  // What is stored must be repeatable.
            (["--tag", "||"], "--tag"),
            (["--pattern", "a(b"], "--pattern"),
        ]
        for (options, message) in rows {
            let outcome = try bench.sluice("subscription create s --topic t", options)
            #expect(outcome.status == 2, "\(options): \(outcome)")
            #expect(outcome.error.contains(message), "\(options): \(outcome)")
        }
        #expect(try bench.sluice("subscription list -o json").output.isEmpty)
        let topic = try bench.sluice("subscription create s --topic tt --tag a")
        #expect(topic.status == 1 && topic.error.contains("Did you mean 't'?"), "\(topic)")
        let name = try bench.sluice("subscription create t --topic t --tag a")
        #expect(name.status == 1 && name.error.contains("belongs to a topic"), "\(name)")
    }

    @Test("A filter is tried on stored records, with counts and samples")
    func trial() throws {
        let bench = try Self.bench()
        try bench.sluice("subscription create high --topic t --where", ["n >= 5"])
        let stored = try bench.sluice("subscription test high -n 2 -o json").documents()
        #expect(stored.first?["delivered"] as? Int == 3)
        #expect(stored.first?["seen"] as? Int == 9)
        #expect(stored.first?["refused_by_sql"] as? Int == 5)
        #expect(stored.first?["unknown"] as? Int == 1)
        #expect((stored.first?["samples"] as? [[String: Any]])?.count == 2)
        let adHoc = try bench.sluice("subscription test --topic t --where", ["n = 1"])
        #expect(adHoc.output.hasPrefix("{\"n\":1,\"s\":\"v1\"}\n\n"), "\(adHoc)")
        #expect(try bench.sluice("subscription test").status == 2)
    }

    @Test("Records that cannot be evaluated are dealt with as the policy says, and counted")
    func policies() throws {
        let bench = try Self.bench()
        let condition = ["CAST(s AS INT) = 1 OR n = 3"]
        func read(_ policy: String) throws -> (offsets: String, outcome: SluiceProcess.Outcome) {
            try bench.sluice(
                "subscription create \(policy) --topic t --on-error \(policy) --where", condition)
            let outcome = try bench.sluice("consume \(policy) -g g --stats -f", ["%o,"])
            return (outcome.output, outcome)
        }
        let dropped = try read("drop")
        #expect(dropped.outcome.status == 0, "\(dropped.outcome)")
        #expect(dropped.outcome.error.contains("Failed: cast"), "\(dropped.outcome)")
        let delivered = try read("deliver")
        #expect(delivered.offsets == "0,1,2,3,4,5,6,7,8,", "\(delivered.outcome)")
        let failed = try read("fail")
        #expect(failed.outcome.status == 1, "\(failed.outcome)")
        #expect(failed.outcome.error.contains("partition 0, offset 0"), "\(failed.outcome)")
        let kept = try read("dead-letter")
        let letters = try bench.sluice("consume dead-letter.dead-letter -f", ["%h\\n"]).lines
        #expect(letters.count + kept.offsets.split(separator: ",").count == 9, "\(kept.outcome)")
        #expect(letters.first == "TAGS=x,sluice.error=cast,sluice.split=0,sluice.record=0")
    }

    @Test("For each record the subscriptions that receive it are named, stored or from a file")
    func match() throws {
        let bench = try Self.bench()
        let none = try bench.sluice("subscription match t")
        #expect(none.status == 1 && none.error.contains("has no subscriptions"), "\(none)")
        try bench.sluice("subscription create seven --topic t --where", ["s = 'v7'"])
        try bench.sluice("subscription create high --topic t --tag x --where", ["n >= 6"])
        try bench.sluice(
            "subscription create odd --topic t --on-error fail --where", ["CAST(n AS INT) % 2 = 1"])
        let text = try bench.sluice("subscription match t --from 5 --limit 3")
        #expect(text.output == "0\t5\todd\n0\t6\thigh\n0\t7\thigh, odd, seven\n", "\(text)")
        let last = try bench.sluice("subscription match t --from=-1 -o json").documents()
        #expect(last.first?["subscriptions"] as? [String] == [])

        let input = "{\"n\":1}\n{\"n\":\"x\"}\n{\"n\":3,\"s\":\"v7\"}\n"
        let piped = try bench.sluice(
            "subscription match t --file - -o json", input: input)
        let documents = try piped.documents()
        #expect(
            documents.map { $0["subscriptions"] as? [String] } == [["odd"], [], ["seven"]],
            "\(piped)")
        #expect(documents[1]["stops"] as? [String] == ["odd"])

        let summary = try bench.sluice("subscription match t --summary -o json").documents()
        let seven = summary.first { $0["subscription"] as? String == "seven" }
        #expect(seven?["seen"] as? Int == 9 && seven?["matched"] as? Int == 1)
        #expect(seven?["excluded"] as? Int == 8)
        #expect(try bench.sluice("subscription match t --file x --from 3").status == 2)
        #expect(try bench.sluice("subscription match t --partition 7").status == 1)
    }
}
