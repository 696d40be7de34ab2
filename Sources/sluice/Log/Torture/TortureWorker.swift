import ArgumentParser
import Bytes
import CommitLog
import Platform
import SystemPackage

/// The process that `log torture` kills: producers on a data directory, each acknowledgement
/// written to standard output before its producer goes on.
struct TortureWorker: Command {
    static let configuration = CommandConfiguration(
        commandName: "torture-worker", abstract: "The process that `log torture` kills.",
        discussion: "EXAMPLES\n  (for `sluice log torture` alone)", shouldDisplay: false)

    /// Producers.
    static let threadCount = 3
    /// Frames of a producer, more than it can append before it is killed.
    private static let frameCountMax = 1_000_000

    @Argument var directory: String
    @Option var seed: UInt64
    @Option var life: Int
    /// Identities of the partitions that are there, with commas.
    @Option var live = ""
    @Option var next: UInt32

    func run(_ console: Console) throws -> ExitStatus {
        var ledger = TortureLedger()
        ledger.nextPartitionID = next
        for word in live.split(separator: ",") {
            guard let id = UInt32(word) else { continue }
            ledger.partitions[PartitionID(rawValue: id)] = []
        }
        let life = TortureLife(life, of: ledger, seed: seed)
        let log = try CommitLog.open(
            directory: FilePath(directory), options: TortureLoad.options(threads: Self.threadCount))
        let output = RealFileSystem().standardStream(.output)
        let sender = TortureSender(output)
        let load = TortureLoad(log, life) { sender.send($0, $1) }
        sender.whenClosed { load.stop() }
        if load.begin() { load.run(threads: Self.threadCount, frames: Self.frameCountMax) }
        try log.close()
        return .done
    }
}
