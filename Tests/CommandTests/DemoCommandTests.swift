import Foundation
import Testing

@Suite("sluice demo")
struct DemoCommandTests {
    /// The commands that the demo suggests at its end.
    private static func suggestions(_ outcome: SluiceProcess.Outcome) -> [String] {
        let start = outcome.lines.lastIndex(of: "Try next") ?? outcome.lines.endIndex - 1
        return outcome.lines[(start + 1)...].map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test("The demo shows the main job on the sample, and leaves nothing behind")
    func temporary() throws {
        let bench = try Workbench()
        let outcome = try bench.shell("mkdir tmp; TMPDIR=$PWD/tmp \"$SLUICE\" demo; ls tmp | wc -l")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("imported 26,865 records to flights"), "\(outcome)")
        #expect(outcome.output.contains("\"dest\":\"SFO\",\"dep_delay\":63,"), "\(outcome)")
        #expect(
            outcome.output.contains("2013-01-14T01:00:00.000Z  JFK          15       116.8"),
            "\(outcome)")
        #expect(outcome.output.contains("exported 1,631 of 1,631 records"), "\(outcome)")
        #expect(outcome.lines.last == "0", "\(outcome)")
    }

    @Test("What the demo suggests works as printed, whether it kept its data or not")
    func suggested() throws {
        let bench = try Workbench()
        let kept = try bench.sluice("demo --data kept")
        #expect(kept.status == 0, "\(kept)")
        let rows = try bench.shell("zstd -dc kept/delay_by_hour.jsonl.zst | wc -l")
        #expect(rows.output == "1631\n", "\(rows)")
        let again = try bench.sluice("demo --data kept")
        #expect(again.status == 1 && again.error.contains("is there already"), "\(again)")
        let lines = Self.suggestions(kept) + Self.suggestions(try bench.sluice("demo"))
        #expect(lines.count == 6)
        for line in lines {
            let outcome = try bench.shell(line)
            #expect(outcome.status == 0, "\(line)\n\(outcome)")
            #expect(!outcome.output.isEmpty, "\(line)\n\(outcome)")
        }
    }

    @Test("A sample that is not there is an error with the next step")
    func missing() throws {
        let bench = try Workbench()
        let outcome = try bench.sluice("demo --sample nowhere.zst")
        #expect(outcome.status == 1 && outcome.error.contains("Check --sample"), "\(outcome)")
    }
}
