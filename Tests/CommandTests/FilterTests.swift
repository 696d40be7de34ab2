import Foundation
import Testing

@Suite("filter")
struct FilterTests {
    @Test("check says what an expression reads")
    func check() throws {
        let outcome = try SluiceProcess.run(
            ["filter", "check", "a.b > 1 AND c LIKE 'x%'"], in: Scratch())
        #expect(
            outcome.output == """
                result:         ok
                dialect:        sluice
                rows:           json
                reads:          payload.a.b (any), payload.c (any)
                can fail:       no
                uses the clock: no

                """)
        #expect(outcome.status == 0)
    }

    @Test("check gives programs one JSON object")
    func checkJSON() throws {
        let outcome = try SluiceProcess.run(
            ["filter", "check", "--dialect", "rocketmq", "a > 5", "-o", "json"], in: Scratch())
        #expect(
            outcome.output == """
                {"result":"ok","dialect":"rocketmq","shape":"properties","fields":["prop.a"],\
                "types":["any"],\
                "can_fail":true,"volatile":false,"warnings":[]}

                """)
    }

    @Test("check shows the types that are known, and grades regular expressions")
    func checkTypes() throws {
        let outcome = try SluiceProcess.run(
            [
                "filter", "check",
                "msg.offset > 5 AND a ~ '^(x+)+$' AND b ~ 'err' AND msg.tag = 't'",
            ],
            in: Scratch())
        #expect(
            outcome.lines.contains(
                "reads:          msg.offset (INT), payload.a (any), payload.b (any), "
                    + "msg.tag (STRING)"))
        #expect(
            outcome.lines.contains(
                "patterns:       /^(x+)+$/ exponential (a repetition at byte 5 of a group that "
                    + "repeats itself), /err/ literal"))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let error: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "A wrong expression is shown with a mark under the mistake; the exit code is 2",
        arguments: [
            Mistake(
                arguments: ["--columns", "ts,carrier", "carier IS NULL"],
                error: """
                    sluice: expression, 1:1: name error: there is no column carier; did you mean \
                    carrier?
                    carier IS NULL
                    ^

                    """),
            Mistake(
                arguments: ["a = 1 AND\n AND b"],
                error: """
                    sluice: expression, 2:2: syntax error: expected operand, found AND
                     AND b
                     ^

                    """),
        ])
    func mistakes(_ row: Mistake) throws {
        let outcome = try SluiceProcess.run(["filter", "check"] + row.arguments, in: Scratch())
        #expect(outcome.error == row.error)
        #expect(outcome.output == "")
        #expect(outcome.status == 2)
    }

    @Test("explain lists the fields and the steps")
    func explain() throws {
        let outcome = try SluiceProcess.run(
            ["filter", "explain", "name RLIKE 'x+' AND qty > 5"], in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("row shape: json"))
        #expect(outcome.output.contains("payload.qty"))
        #expect(
            outcome.output.hasSuffix(
                "\nindex: answers qty > 5\nindex: answers, in blocks with at most 16 different "
                    + "values, name ~ 'x+'\n"))
    }

    @Test("explain and test say what the index of a topic passes over, and what they need for it")
    func index() throws {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json")
        try bench.sluice("produce t", input: "{\"n\":1}\n{\"n\":2}\n")
        try bench.sluice("log seal")
        try bench.sluice("produce t", input: "{\"n\":3}\n")
        let without = try bench.sluice("filter explain --topic t", ["n > 5 AND UPPER(s) = 'A'"])
        #expect(without.output.contains("\nindex: answers n > 5\n"))
        #expect(without.output.contains("\nindex: cannot answer UPPER(s) = 'A'\n"))
        #expect(without.lines.contains("blocks without index: 1"))
        #expect(without.error.contains("sluice topic index t"))
        try bench.sluice("subscription create s --topic t --where", ["n > 5"])
        try bench.sluice("topic index t")
        let outcome = try bench.sluice("filter test --topic t -o json", ["n > 5"])
        let found = try #require(try outcome.documents().first, "\(outcome)")
        #expect(found["blocks_passed_over"] as? Int == 1)
        #expect(found["records_passed_over"] as? Int == 2)
        #expect(found["records_not_sealed"] as? Int == 1)
        #expect(found["refused"] as? Int == 3)
        for index in ["--index", "--no-index"] {
            let read = try bench.sluice("consume t \(index) --stats -o json --where", ["n > 5"])
            #expect(read.output.isEmpty)
            let skipped = index == "--index" ? 2 : 0
            #expect(read.error.contains("\"skipped\":\(skipped),"), "\(read)")
        }
    }

    @Test("test counts what an expression does and shows examples")
    func test() throws {
        let outcome = try SluiceProcess.run(
            ["filter", "test", "a > 1", "--samples", "1"],
            input: "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"b\":3}\n", in: Scratch())
        for line in [
            "read:          4", "kept:          2", "refused:       1", "unknown:       1",
        ] {
            #expect(outcome.lines.contains(line))
        }
        #expect(outcome.lines.prefix(4) == ["kept:", "  {\"a\":2}", "dropped:", "  {\"a\":1}"])
        #expect(outcome.status == 0)
    }

    @Test("conform passes every vector of the specification")
    func conform() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors").path
        let files = ["expressions", "tags", "patterns"].map { "\(folder)/\($0).jsonl" }
        let outcome = try SluiceProcess.run(["filter", "conform"] + files, in: Scratch())
        #expect(outcome.output == "748 passed, 0 failed\n")
        #expect(outcome.error == "")
        #expect(outcome.status == 0)
    }

    @Test("conform names each vector that fails, and then exits with 1")
    func conformFailure() throws {
        let vectors = """
            {"id":"T-1","expr":"a","tag":"a","expect":"match"}
            {"id":"T-2","expr":"a","tag":"b","expect":"match"}

            """
        let outcome = try SluiceProcess.run(
            ["filter", "conform", "-"], input: vectors, in: Scratch())
        #expect(outcome.output == "T-2: expected match, got no\n1 passed, 1 failed\n")
        #expect(outcome.status == 1)
    }

    @Test("conform refuses a line that is no vector, by its number, with 2")
    func conformUnreadable() throws {
        let scratch = try Scratch()
        try scratch.write("{\"id\":\"T\",\"expr\":\"a\",\"expect\":\"no\"}\n\n{\n", to: "v.jsonl")
        let outcome = try SluiceProcess.run(["filter", "conform", "v.jsonl"], in: scratch)
        #expect(
            outcome.error == """
                sluice: v.jsonl, line 3: not JSON: byte 1: the document ends too early. Correct \
                the line; a vector is never skipped.

                """)
        #expect(outcome.output == "")
        #expect(outcome.status == 2)
    }

    @Test("why shows each clause with its value and those of its operands")
    func why() throws {
        let input = "{\"a\":75,\"s\":\"JFK\"}\n"
        let outcome = try SluiceProcess.run(
            ["filter", "why", "a > 60 AND s LIKE 'S%' AND CAST(s AS INT) = 1"], input: input,
            in: Scratch())
        #expect(
            outcome.output == """
                false    a > 60 AND s LIKE 'S%' AND CAST(s AS INT) = 1
                  true     a > 60
                    a = 75
                  false    s LIKE 'S%'
                    s = 'JFK'
                  error:cast  CAST(s AS INT) = 1   (not reached)
                    CAST(s AS INT): error, cast   (not reached)
                      s = 'JFK'   (not reached)
                record 0 is not delivered: the sql part is false

                """)
        #expect(outcome.status == 0)
    }

    @Test("why gives programs the tree as one object, with every language")
    func whyJSON() throws {
        let bench = try Workbench()
        try bench.sluice("topic create t --format json")
        try bench.sluice("produce t --tag x", input: "{\"n\":1}\n{\"n\":\"z\"}\n")
        let created = try bench.sluice(
            "subscription create s --topic t --tag x --pattern n --on-error dead-letter --where",
            ["CAST(n AS INT) > 0"])
        #expect(created.status == 0, "\(created)")
        let outcome = try bench.sluice("filter why --subscription s --offset 1 -o json")
        let found = try #require(try outcome.documents().first, "\(outcome)")
        #expect(found["fate"] as? String == "dead-lettered")
        let parts = try #require(found["parts"] as? [[String: Any]])
        #expect(parts.map { $0["language"] as? String } == ["tag", "sql", "pattern"])
        #expect(parts.map { $0["result"] as? String } == ["true", "error:cast", "true"])
        #expect(parts[2]["start"] as? Int == 2)
        let behind = try bench.sluice("filter why --subscription s --offset 2")
        #expect(behind.status == 1)
        #expect(behind.error.contains("t has no record 2 in partition 0"))
    }

    @Test("why says that a record which is no JSON is seen by no filter")
    func whyRejected() throws {
        let outcome = try SluiceProcess.run(
            ["filter", "why", "a = 1"], input: "{\"a\":\n", in: Scratch())
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("record 0 is not read at all"))
    }
}
