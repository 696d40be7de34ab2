import Foundation
import Testing

@Suite("sluice produce and consume")
struct ProduceConsumeTests {
    /// What is produced with which options, and what consume prints with which format.
    struct RoundTrip: Sendable, CustomTestStringConvertible {
        let name: String
        let produce: [String]
        let input: String
        let consume: [String]
        let output: String
        var testDescription: String { name }
    }

    @Test(
        "What was produced is consumed, with all that belongs to it",
        arguments: [
            RoundTrip(
                name: "JSON Lines as they are",
                produce: ["--format", "jsonl"], input: "{\"a\": 1}\n\n{\"b\":[2, 3]}",
                consume: [], output: "{\"a\": 1}\n{\"b\":[2, 3]}\n"),
            RoundTrip(
                name: "lines, empty ones too",
                produce: ["--format", "lines"], input: "x\n\n y\tz\nä", consume: [],
                output: "x\n\n y\tz\nä\n"),
            RoundTrip(
                name: "rows of CSV, quoted ones too",
                produce: ["--format", "csv", "--key", "id"],
                input: "id,text\n1,\"a, b\"\n2,c\n", consume: ["-f", "%k|%s\\n"],
                output: "1|1,\"a, b\"\n2|2,c\n"),
            RoundTrip(
                name: "keys and timestamps from the payload",
                produce: ["--format", "jsonl", "--key", "k || '!'", "--timestamp", "t"],
                input: "{\"k\":\"a\",\"t\":-7}\n{\"k\":null,\"t\":\"2013-01-01T00:00:00Z\"}\n",
                consume: ["-f", "%k %K %T\\n"], output: "a! 2 -7\n -1 1356998400000\n"),
            RoundTrip(
                name: "tag and headers, equal names in order",
                produce: ["--tag", "late", "-H", "a=1", "-H", "b==x", "-H", "a="],
                input: "p\n", consume: ["-f", "%h\\n"], output: "TAGS=late,a=1,b==x,a=\n"),
            RoundTrip(
                name: "keys before a delimiter; a tombstone has no payload",
                produce: ["--key-delimiter", "::", "--tombstones"],
                input: "k1::v1\nk2::\nno delimiter\n::v\n",
                consume: ["-f", "%k,%K,%s,%S\\n"],
                output: "k1,2,v1,2\nk2,2,,-1\n,-1,no delimiter,12\n,0,v,1\n"),
            RoundTrip(
                name: "a JSON null is a tombstone if that is asked for",
                produce: ["--format", "jsonl", "--tombstones"], input: "null\n1\n",
                consume: ["-f", "%S\\n"], output: "-1\n1\n"),
            RoundTrip(
                name: "the JSON envelope of a tombstone",
                produce: ["--key-delimiter", ":", "--tombstones", "--timestamp", "5"],
                input: "k:\n", consume: ["-o", "json"],
                output: "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":5,"
                    + "\"key\":\"k\",\"headers\":[],\"payload\":null}\n"),
        ])
    func roundTrip(_ row: RoundTrip) throws {
        let bench = try Workbench()
        let produced = try bench.sluice(
            "produce t --create-topic", row.produce, input: row.input)
        #expect(produced.status == 0, "\(produced)")
        let consumed = try bench.sluice("consume t", row.consume)
        #expect(consumed.status == 0, "\(consumed)")
        #expect(consumed.output == row.output)
    }

    @Test("The format of new input follows the option, the file, the topic, then the first byte")
    func formats() throws {
        let bench = try Workbench()
        try bench.sluice("produce a --create-topic", input: "{\"x\":1}\n")
        try bench.sluice("produce b --create-topic", input: "x\n")
        try bench.scratch.write("x,y\n1,2\n", to: "c.csv")
        try bench.sluice("produce c c.csv --create-topic")
        #expect(
            try bench.sluice("topic list -o json").documents().map { $0["format"] as? String }
                == ["json", "raw", "csv"])
        let wrong = try bench.sluice("produce a", input: "x\n")
        #expect(wrong.status == 1 && wrong.error.contains("line 1"), "\(wrong)")
        let other = try bench.sluice("produce a c.csv")
        #expect(other.status == 2 && other.error.contains("holds json"), "\(other)")
        let columns = try bench.sluice("produce c --format csv", input: "x,z\n1,2\n")
        #expect(columns.status == 1 && columns.error.contains("has the columns x,y"), "\(columns)")
        #expect(try bench.sluice("consume a").output == "{\"x\":1}\n")
    }

    @Test("Records that cannot be read fail, are left out, or are kept aside, as chosen")
    func policies() throws {
        let bench = try Workbench()
        let input = "{\"n\":1}\n{bad\n{\"n\":\"x\"}\n{\"n\":4}\n"
        try bench.sluice("topic create t --format json")
        let key = ["--key", "CAST(n AS INT)"]
        let failed = try bench.sluice("produce t", key, input: input)
        #expect(failed.status == 1 && failed.error.contains("line 2"), "\(failed)")
        #expect(try bench.sluice("consume t").output.isEmpty)
        let skipped = try bench.sluice("produce t --on-error skip", key, input: input)
        #expect(skipped.status == 3, "\(skipped)")
        #expect(
            skipped.error == "2 records set aside: 1 cannot be parsed, 1 cast; left out\n")
        #expect(try bench.sluice("consume t").output == "{\"n\":1}\n{\"n\":4}\n")
        let kept = try bench.sluice("produce t --on-error dead-letter", key, input: input)
        #expect(kept.status == 3, "\(kept)")
        #expect(
            try bench.sluice("consume t.dead-letter -f", ["%s\\n"]).output
                == "{bad\n{\"n\":\"x\"}\n")
        let headers = try bench.sluice("consume t.dead-letter -n 1 -f", ["%h"]).output
        #expect(headers.contains("sluice.error=line 2"), "\(headers)")
    }

    @Test("A range begins at an offset, before the end, or at a time, and ends at the limit")
    func ranges() throws {
        let bench = try Workbench()
        let input = (0..<10).map { "{\"n\":\($0),\"t\":\($0 * 1000)}\n" }.joined()
        try bench.sluice("produce t --create-topic --timestamp t --format jsonl", input: input)
        func offsets(_ options: String) throws -> String {
            try bench.sluice("consume t \(options) -f", ["%o,"]).output
        }
        #expect(try offsets("--from 7") == "7,8,9,")
        #expect(try offsets("--from=-2") == "8,9,")
        #expect(try offsets("--from=-20 -n 2") == "0,1,")
        #expect(try offsets("--from latest") == "")
        #expect(try offsets("--from 99") == "")
        #expect(try offsets("--from @6500") == "7,8,9,")
        #expect(try offsets("--from @1970-01-01T00:00:08Z") == "8,9,")
        #expect(try offsets("--from 3 --limit 2") == "3,4,")
        #expect(try offsets("--limit 0") == "")
    }

    @Test("Filters of the command line narrow what is consumed")
    func filters() throws {
        let bench = try Workbench()
        for tag in ["a", "b", "c"] {
            try bench.sluice(
                "produce t --create-topic --tag \(tag)",
                input: "{\"n\":1,\"s\":\"x\(tag)\"}\n{\"n\":2,\"s\":\"y\(tag)\"}\n")
        }
        func consumed(_ options: [String]) throws -> String {
            try bench.sluice("consume t -f", ["%o,"] + options).output
        }
        #expect(try consumed(["--where", "n = 2"]) == "1,3,5,")
        #expect(try consumed(["--tag", "a || c"]) == "0,1,4,5,")
        #expect(try consumed(["--pattern", "\"[xy]b\""]) == "2,3,")
        #expect(try consumed(["--where", "n = 2", "--tag", "b || c", "-p", "yc"]) == "5,")
        let stats = try bench.sluice("consume t --stats -o json --where", ["n = 2"])
        #expect(stats.error.contains("\"refused_by_sql\":3,"), "\(stats)")
        let wrong = try bench.sluice("consume t --where", ["n = = 2"])
        #expect(wrong.status == 2)
        #expect(wrong.error.contains("\nn = = 2\n    ^\n"), "\(wrong)")
    }

    @Test("Partitions keep the order of each key, and one alone can be read")
    func partitions() throws {
        let bench = try Workbench()
        try bench.sluice("topic create t --partitions 3")
        let input = (0..<60).map { "k\($0 % 5):\($0)\n" }.joined()
        try bench.sluice("produce t --key-delimiter :", input: input)
        let lines = try bench.sluice("consume t -f", ["%p %k %s\\n"]).lines
        #expect(lines.count == 60)
        var placeOfKey: [String: String] = [:]
        var last: [String: Int] = [:]
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            #expect(placeOfKey[parts[1], default: parts[0]] == parts[0])
            placeOfKey[parts[1]] = parts[0]
            let number = try #require(Int(parts[2]))
            #expect(last[parts[1], default: -1] < number)
            last[parts[1]] = number
        }
        #expect(Set(placeOfKey.values).count > 1)
        let one = try bench.sluice("consume t --partition 1 -f", ["%p\\n"]).lines
        #expect(one.count == lines.filter { $0.hasPrefix("1 ") }.count)
        #expect(Set(one).isSubset(of: ["1"]))
    }

    @Test("A reader that wants no more ends consume quietly")
    func closedOutput() throws {
        let bench = try Workbench()
        try bench.writeFlights(3_000, to: "f.jsonl")
        try bench.sluice("produce f f.jsonl --create-topic")
        let outcome = try bench.shell("sluice consume f | head -n 1 | cut -c 1-20")
        #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome)")
        #expect(outcome.output == "{\"ts\":1357035300000,\n")
    }

    @Test("Payloads that are no text come out as they went in")
    func binary() throws {
        let bench = try Workbench()
        let outcome = try bench.shell(
            """
            printf '\\xff\\x00\\xfe\\n\\x01' | sluice produce t --create-topic --format lines >&2
            sluice consume t | od -An -tx1; sluice consume t -o json -n 1 | tr , '\\n' | tail -n 1
            """)
        #expect(
            outcome.output == " ff 00 fe 0a 01 0a\n\"payloadBase64\":\"/wD+\"}\n", "\(outcome)")
    }
}
