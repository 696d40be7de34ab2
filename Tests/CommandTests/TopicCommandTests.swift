import Foundation
import Platform
import SystemPackage
import Testing

@Suite("sluice topic")
struct TopicCommandTests {
    @Test("A topic is created, listed, described, changed and deleted")
    func life() throws {
        let bench = try Workbench()
        let created = try bench.sluice(
            "topic create orders --partitions 2 --format csv --columns id,item,price")
        #expect(created.status == 0, "\(created)")
        #expect(created.output == "created topic orders: 2 partitions, csv\n")
        try bench.sluice("topic create flights --format json --compression-level 9")
        let list = try bench.sluice("topic list")
        #expect(
            list.output == """
                Topic    Partitions  Format  Records  Sealed  Subscriptions
                flights           1  json          0     0 B  –
                orders            2  csv           0     0 B  –

                """)
        let described = try bench.sluice("topic describe orders -o json").documents()
        #expect(described.count == 1)
        #expect(described.first?["columns"] as? [String] == ["id", "item", "price"])
        #expect((described.first?["partitions"] as? [[String: Any]])?.count == 2)
        #expect(described.first?["compression_level"] as? Int == 3)
        #expect(try bench.sluice("topic alter orders --format json").status == 0)
        let altered = try bench.sluice("topic describe orders -o json").documents()
        #expect(altered.first?["format"] as? String == "json")
        #expect(try bench.sluice("topic delete orders --yes").output == "deleted topic orders\n")
        #expect(
            try bench.sluice("topic list -o json").documents().map { $0["topic"] as? String }
                == ["flights"])
    }

    @Test("A topic's retention and clean-up are set, shown, changed, and done at once when asked")
    func storage() throws {
        let bench = try Workbench()
        #expect(
            try bench.sluice(
                "topic create users --cleanup compact --delete-retention 1h --config segment.bytes=4096"
            ).status == 0)
        func described() throws -> [String: Any] {
            try bench.sluice("topic describe users -o json").documents().first ?? [:]
        }
        var shown = try described()
        #expect(shown["cleanup"] as? String == "compact")
        #expect(shown["retention"] as? String == "for ever")
        let config = shown["config"] as? [String] ?? []
        #expect(config.contains("delete.retention.ms=3600000"))
        #expect(config.contains("segment.bytes=4096"))
        try bench.sluice(
            "topic alter users --retention 7d --retention-bytes 1MiB --durability os --compression-level 9"
        )
        shown = try described()
        #expect(shown["retention"] as? String == "7d")
        #expect(shown["compression_level"] as? Int == 9)
        try bench.sluice("topic alter users --retention forever --cleanup compact,delete")
        #expect(try described()["retention"] as? String == "for ever")
        let produced = try bench.sluice(
            "produce users", input: "a\n")
        #expect(produced.status != 0, "no key, no record")
        #expect(try bench.sluice("topic compact users").output == "compacted topic users\n")
        let trimmed = try bench.sluice("topic trim users --before latest --yes")
        #expect(trimmed.output == "trimmed topic users: 0 records stay\n")
    }

    /// A command line, the exit code, and what stderr must say.
    private struct Refusal {
        let line: String
        let status: Int32
        let message: String
    }

    private static let refusals = [
        Refusal(line: "topic describe fligths", status: 1, message: "Did you mean 'flights'?"),
        Refusal(line: "topic create flights", status: 1, message: "exists already"),
        Refusal(line: "topic create a/b", status: 1, message: "has the character '/'"),
        Refusal(line: "topic create x --partitions 0", status: 1, message: "1 to 10000"),
        Refusal(
            line: "topic create x --compression-level 20", status: 1, message: "1 to 19"),
        Refusal(line: "topic create x --format csv", status: 2, message: "--columns a,b,c"),
        Refusal(
            line: "topic create x --columns a,b", status: 2,
            message: "--columns belongs to --format csv"),
        Refusal(
            line: "topic create x --format csv --columns a,,b", status: 2,
            message: "a column has no name"),
        Refusal(
            line: "topic create x --format csv --columns a,b,a", status: 2,
            message: "'a' is there twice"),
        Refusal(line: "topic create x --format xml", status: 2, message: "'raw', 'json' or 'csv'"),
        Refusal(line: "topic alter flights", status: 2, message: "Nothing to change"),
        Refusal(
            line: "topic alter flights --config retention.m=1", status: 1,
            message: "Did you mean 'retention.ms'?"),
        Refusal(line: "topic alter flights --config x", status: 2, message: "NAME=VALUE"),
        Refusal(
            line: "topic create x --cleanup purge", status: 1, message: "compact or compact,delete"),
        Refusal(line: "topic create x --retention 7x", status: 2, message: "--retention"),
        Refusal(line: "topic compact flights", status: 1, message: "--cleanup compact"),
        Refusal(line: "topic trim flights --before 3", status: 2, message: "add --yes"),
        Refusal(
            line: "topic trim flights --before 3 --partition 7 --yes", status: 1,
            message: "has no partition 7"),
        Refusal(line: "topic delete flights", status: 2, message: "add --yes"),
        Refusal(
            line: "topic delete flights --yes", status: 1,
            message: "has subscriptions: late"),
        Refusal(line: "produce flihgts", status: 1, message: "Did you mean 'flights'?"),
        Refusal(line: "consume flihgts", status: 1, message: "Did you mean 'flights'?"),
        Refusal(line: "consume", status: 2, message: "Name a topic"),
        Refusal(line: "consume flights -s late", status: 2, message: "not both"),
        Refusal(
            line: "consume flights --partition 1", status: 1, message: "has no partition 1"),
        Refusal(line: "consume flights -f %q", status: 2, message: "'%q' at character 1"),
        Refusal(line: "consume flights --from x", status: 2, message: "--from"),
        Refusal(
            line: "consume -s latee", status: 1, message: "Did you mean 'late'?"),
        Refusal(line: "group describe g", status: 1, message: "There is no group 'g'"),
        Refusal(line: "export flights", status: 2, message: "Name a topic and a file"),
        Refusal(line: "export flights -", status: 2, message: "sluice consume flights"),
        Refusal(line: "import --topic flights", status: 2, message: "Which file?"),
        Refusal(line: "import - --topic flights", status: 2, message: "sluice produce flights"),
        Refusal(line: "import missing.jsonl --topic t", status: 1, message: "missing.jsonl"),
        Refusal(
            line: "import log --topic t --format lines", status: 1, message: "directory"),
    ]

    @Test("What cannot be done is refused with the reason, the next step and the exit code")
    func refused() throws {
        let bench = try Workbench()
        try bench.sluice("topic create flights --format json")
        try bench.sluice("subscription create late --topic flights --tag a")
        let before = try bench.sluice("topic list -o json").output
        for row in Self.refusals {
            let outcome = try bench.sluice(row.line)
            #expect(outcome.status == row.status, "\(row.line): \(outcome)")
            #expect(outcome.error.contains(row.message), "\(row.line): \(outcome)")
            #expect(outcome.output.isEmpty, "\(row.line): \(outcome)")
        }
        #expect(try bench.sluice("topic list -o json").output == before)
    }

    @Test("A command that only looks makes no data directory")
    func missingDirectory() throws {
        let bench = try Workbench()
        for line in ["topic list", "consume t", "subscription list", "group list", "produce t"] {
            let outcome = try bench.sluice(line)
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("there is no data directory 'log'"), "\(outcome)")
        }
        #expect(try bench.scratch.names().isEmpty)
    }

    @Test("A second process on the directory is refused while the first one has it")
    func secondProcess() throws {
        let bench = try Workbench()
        try bench.sluice("topic create t")
        let lock = try DirectoryLock(FilePath(bench.scratch.path("log")), in: RealFileSystem())
        for line in ["topic list", "consume t", "topic create u"] {
            let outcome = try bench.sluice(line)
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.error.contains("in use by process"), "\(outcome)")
        }
        try lock.release()
        #expect(try bench.sluice("topic list").status == 0)
    }
}
