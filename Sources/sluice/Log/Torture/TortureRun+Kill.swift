import Bytes
import CommitLog
import Platform
import SystemPackage

extension TortureRun {
    /// How long a worker may take to its first acknowledgement.
    private static let startMax = Duration.seconds(60)

    /// Starts a process with several producers, kills it, and compares.
    mutating func runKill() throws {
        guard let program = ProgramLocation.file else {
            throw CommandFailure("the program's own file is not known: mount /proc, then repeat")
        }
        var generator = SeededGenerator(seed: cycleSeed)
        var life = TortureLife(cycle, of: ledger, seed: seed)
        let live = ledger.partitions.keys.sorted().map { "\($0.rawValue)" }
        let child = try ChildProcess(
            program,
            [
                "log", "torture-worker", directory.string, "--seed=\(seed)", "--life=\(cycle)",
                "--next=\(ledger.nextPartitionID)",
            ] + (live.isEmpty ? [] : ["--live=\(live.joined(separator: ","))"]))
        let inbox = TortureInbox(child)
        let delay = Duration.microseconds(Int64.random(in: 1_000...60_000, using: &generator))
        let hasBegun = inbox.waitForFirst(Self.startMax)
        if hasBegun { inbox.waitForEnd(delay) }
        child.kill()
        let ending = child.wait()
        life.outcomes = inbox.outcomes()
        if ending != .killed(signal: 9) || !hasBegun {
            note(.misbehaved, "the worker ended by itself: \(ending)", .kill)
        }
        life.noteUnanswered(threads: TortureWorker.threadCount)
        compare(life, .nothing, after: .kill)
    }
}
