import Foundation
import Testing

@Suite("sluice log")
struct LogCommandTests {
    private static func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.sluice("topic create t")
        try bench.sluice("produce t", input: "one\ntwo\n")
        try bench.sluice("produce t", input: "three\n")
        return bench
    }

    @Test("A dump shows every frame, for people and for programs")
    func dump() throws {
        let bench = try Self.bench()
        let text = try bench.sluice("log dump")
        #expect(text.status == 0, "\(text)")
        #expect(text.output.contains("create partition id 0: topic t, partition 0"), "\(text)")
        #expect(text.output.contains("partition id 0: offsets 0 to 1"), "\(text)")
        #expect(text.output.contains("partition id 0: offsets 2 to 2"), "\(text)")
        let frames = try bench.sluice("log dump -o json").documents()
        let entries = frames.flatMap { $0["entries"] as? [[String: Any]] ?? [] }
        let changes = entries.map { $0["change"] as? String }
        #expect(changes.filter { $0 == "batches" }.count == 2)
        #expect(changes.contains("create-partition") && changes.contains("put"))
        let file = try bench.shell("sluice log dump -o json log/commit/*.log").documents()
        #expect(file.count == frames.count)
        let other = try bench.shell("touch x.txt; sluice log dump x.txt")
        #expect(other.status == 2, "\(other)")
        #expect(try bench.sluice("log dump missing.log").status == 1)
    }

    // Opening passed over them, and the check of the rest ended at the first.
    @Test("What somebody else has laid into a data directory does not end the check")
    func strangers() throws {
        let bench = try Self.bench()
        let outcome = try bench.shell(
            "mkdir -p log/topics/u; touch log/topics/stray log/topics/u/0 log/commit/stray; "
                + "sluice log verify && sluice topic list")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.contains("every byte is what was written"))
    }

    @Test("A whole directory passes; a flipped byte is found and named, and the exit code is 1")
    func verify() throws {
        let bench = try Self.bench()
        let whole = try bench.sluice("log verify")
        #expect(whole.status == 0, "\(whole)")
        #expect(whole.output.hasPrefix("every byte is what was written"), "\(whole)")
        // "one" lies in the payload of the first batch, far before the tail.
        let flip = try bench.shell(
            """
            file=$(ls log/commit/*.log | head -n 1)
            at=$(grep -abo one "$file" | head -n 1 | cut -d: -f1)
            printf 'X' | dd of="$file" bs=1 seek=$at conv=notrunc status=none
            """)
        #expect(flip.status == 0, "\(flip)")
        let damaged = try bench.sluice("log verify")
        #expect(damaged.status == 1, "\(damaged)")
        #expect(damaged.output.contains("damaged: "), "\(damaged)")
        let report = try bench.sluice("log verify -o json").documents().first
        #expect(report?["whole"] as? Bool == false)
        #expect((report?["damage"] as? [[String: Any]])?.isEmpty == false)
        #expect(try bench.sluice("log dump").status == 1)
    }

    @Test(
        "A fenced log is repaired after a question: the rest is read, and records are taken again")
    func repair() throws {
        let bench = try Self.bench()
        let flip = try bench.shell(
            """
            file=$(ls log/commit/*.log | head -n 1)
            at=$(grep -abo one "$file" | head -n 1 | cut -d: -f1)
            printf 'X' | dd of="$file" bs=1 seek=$at conv=notrunc status=none
            """)
        #expect(flip.status == 0, "\(flip)")
        #expect(try bench.sluice("produce t", input: "four\n").status == 1)
        let dry = try bench.sluice("log repair --dry-run")
        #expect(dry.status == 0 && dry.output.contains("damaged: "), "\(dry)")
        #expect(try bench.sluice("log repair").status == 2)
        let done = try bench.sluice("log repair --yes")
        #expect(done.status == 0 && done.output.contains("repaired: "), "\(done)")
        #expect(done.output.contains("lost+found/1/"))
        #expect(try bench.sluice("produce t", input: "four\n").status == 0)
        #expect(try bench.sluice("consume t").output == "three\nfour\n")
        #expect(try bench.sluice("log verify").status == 0)
        let again = try bench.sluice("log repair -o json").documents().first
        #expect(again?["needed"] as? Bool == false)
    }

    @Test("A dump shows every kind of file, and only what is asked for")
    func kinds() throws {
        let bench = try Self.bench()
        try bench.sluice("topic create u")
        try bench.sluice("produce u", input: "other\n")
        let offset = try bench.sluice("log dump --topic t --from 2 --to 2 -o json").documents()
        let batches = offset.flatMap { $0["entries"] as? [[String: Any]] ?? [] }
            .flatMap { $0["batches"] as? [[String: Any]] ?? [] }
        #expect(batches.compactMap { $0["first_offset"] as? Int } == [2], "\(offset)")
        let topic = try bench.sluice("log dump --topic u")
        #expect(topic.status == 0 && topic.output.contains("create partition id 1: topic u"))
        #expect(!topic.output.contains("partition id 0") && !topic.output.contains("put table"))
        #expect(try bench.sluice("log dump --from 3 --to 2").status == 2)
        // Every kind of file of a directory that a test of the module keeps.
        let fixture = Workbench.root.appending(
            path: "Tests/Fixtures/DataDirectories/format-1-sealed/data"
        ).path
        let copy = try bench.shell("cp -r '\(fixture)' sealed; sluice log dump --data sealed")
        #expect(copy.status == 0, "\(copy)")
        for part in [
            ".snapshot\n", ".mirror\n", ".segment\n", ".index\n", "the state at log position",
        ] {
            #expect(copy.output.contains(part), "\(part)")
        }
        let damaged = try bench.shell(
            "for f in sealed/checkpoint/*.snapshot; do printf x >> $f; done; "
                + "sluice log dump sealed/checkpoint/*.snapshot")
        #expect(damaged.status == 1 && damaged.output.contains("damaged: "), "\(damaged)")
    }
}
