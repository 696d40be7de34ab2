import Bytes
import CommitLog
import Platform
import Records
import SystemPackage
import Testing

@testable import sluice

@Suite("sluice log copy")
struct LogCopyTests {
    @Test(
        "A copy taken while three producers write and seal holds everything acknowledged before it began",
        .timeLimit(.minutes(2)))
    func underLoad() throws {
        let bench = try Workbench()
        let source = FilePath(bench.scratch.path("data"))
        let life = TortureLife(1, of: TortureLedger(), seed: 9)
        let child = try ChildProcess(
            FilePath(SluiceProcess.program),
            ["log", "torture-worker", source.string, "--seed=9", "--life=1", "--next=0"])
        let inbox = TortureInbox(child)
        #expect(inbox.waitForFirst(.seconds(60)))
        for number in 0..<4 {
            // Some files go to segments between one copy and the next.
            inbox.waitForEnd(.milliseconds(150))
            let before = inbox.outcomesSoFar()
            let target = FilePath(bench.scratch.path("copy\(number)"))
            var copier = LogCopier(from: source, to: target)
            let report = try copier.run()
            #expect(report.verification.isWhole, "\(report.verification.damage)")
            var copied = life
            copied.outcomes = inbox.outcomesSoFar().mapValues { _ in .unknown }
            copied.outcomes.merge(before) { $1 }
            copied.noteUnanswered(threads: TortureWorker.threadCount)
            let log = try CommitLog.open(
                directory: target, options: TortureLoad.options(threads: 1))
            var comparison = TortureComparison(log, TortureLedger(), copied, .nothing)
            comparison.run()
            #expect(comparison.findings.isEmpty, "\(comparison.findings)")
            #expect(comparison.checked >= before.count)
            try log.close()
        }
        child.kill()
        #expect(child.wait() == .killed(signal: 9))
    }

    @Test("A copy is a data directory like its source; a target that holds something is refused")
    func command() throws {
        let bench = try Workbench()
        try bench.sluice("topic create t")
        try bench.sluice("produce t", input: "one\ntwo\n")
        let outcome = try bench.sluice("log copy log backup")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("copied to backup: 2 records in 1 partitions"))
        #expect(try bench.sluice("consume t --data backup").output == "one\ntwo\n")
        let again = try bench.sluice("log copy log backup")
        #expect(again.status == 1 && again.error.contains("is not empty"), "\(again)")
        #expect(try bench.sluice("log copy nowhere b2").status == 1)
        #expect(try bench.sluice("log copy . b3").status == 1)
    }
}
