import Foundation
import Testing

@Suite("Consumer groups of the command line")
struct GroupCommandTests {
    private static func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json")
        try bench.sluice("subscription create even --topic t --where", ["n % 2 = 0"])
        try bench.sluice("produce t", input: (0..<10).map { "{\"n\":\($0)}\n" }.joined())
        return bench
    }

    private static func consume(_ bench: Workbench, _ options: String) throws -> String {
        try bench.sluice("consume \(options) -f", ["%o,"]).output
    }

    @Test("A group goes on where it ended, at the very record behind the limit")
    func continuation() throws {
        let bench = try Self.bench()
        #expect(try Self.consume(bench, "t -g a -n 3") == "0,1,2,")
        #expect(try Self.consume(bench, "t -g a -n 3") == "3,4,5,")
        #expect(try Self.consume(bench, "t -g a --from 0") == "6,7,8,9,")
        #expect(try Self.consume(bench, "t -g a") == "")
        try bench.sluice("produce t", input: "{\"n\":10}\n")
        #expect(try Self.consume(bench, "t -g a") == "10,")
        #expect(try Self.consume(bench, "t -g b --from=-2") == "9,10,")
    }

    @Test("A group's position on a subscription counts the records that it passed over")
    func subscription() throws {
        let bench = try Self.bench()
        #expect(try Self.consume(bench, "-s even -g a -n 2") == "0,2,")
        #expect(try Self.consume(bench, "even -g a") == "4,6,8,")
        #expect(try Self.consume(bench, "t -g a -n 1") == "0,")
        let groups = try bench.sluice("group list -o json").documents()
        #expect(groups.map { $0["on"] as? String } == ["even", "t"])
        #expect(groups.map { $0["left"] as? Int } == [0, 9])
    }

    @Test("Positions are shown, moved and forgotten")
    func administration() throws {
        let bench = try Self.bench()
        _ = try Self.consume(bench, "t -g a -n 4")
        let described = try bench.sluice("group describe a -o json").documents()
        #expect(described.count == 1)
        #expect(described.first?["position"] as? Int == 4)
        #expect(described.first?["left"] as? Int == 6)
        #expect(try bench.sluice("group reset a --on t --to 8").status == 0)
        #expect(try Self.consume(bench, "t -g a") == "8,9,")
        #expect(try bench.sluice("group reset a --on t --to earliest").status == 0)
        #expect(try Self.consume(bench, "t -g a -n 1") == "0,")
        #expect(try bench.sluice("group delete a --yes").output == "deleted group a on t\n")
        #expect(try bench.sluice("group list").output.isEmpty)
        #expect(try Self.consume(bench, "t -g a -n 1") == "0,")
        let mistyped = try bench.sluice("group delete b --yes")
        #expect(mistyped.status == 1 && mistyped.error.contains("Did you mean 'a'?"), "\(mistyped)")
        #expect(try bench.sluice("group reset a --on x --to 0").status == 1)
    }

    @Test("A reader that breaks off loses nothing: what it did not save comes again")
    func atLeastOnce() throws {
        let bench = try Workbench()
        // Twice what a pipe holds at most: what is in the pipe counts as handed over.
        try bench.writeFlights(10_000, to: "f.jsonl")
        try bench.sluice("produce f f.jsonl --create-topic")
        let outcome = try bench.shell("sluice consume f -g a | head -n 1 | wc -l")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try bench.sluice("consume f -g a").lines.count == 10_000)
    }
}
