import Broker
import CommitLog
import Platform
import SystemPackage

extension DataOptions {
    /// As ``withBroker(_:creates:console:_:)``, of the directory that is meant.
    func withBroker<Result>(
        creates: Bool, console: Console, _ body: (Broker) throws -> Result
    ) throws -> Result {
        try Self.withBroker(directory, creates: creates, console: console, body)
    }

    /// Opens the log for the time of `body`, says what a crash had left in it, and closes it in
    /// any case.
    static func withBroker<Result>(
        _ directory: FilePath, creates: Bool, console: Console, _ body: (Broker) throws -> Result
    ) throws -> Result {
        let broker = try open(directory, creates: creates)
        noteRecovery(broker.log.recovery, console)
        let result: Result
        do {
            result = try body(broker)
        } catch {
            // The first error is the one to tell.
            try? broker.close()
            throw error
        }
        try broker.close()
        return result
    }

    /// Opens a log; whoever opens it closes it.
    ///
    /// `creates` says whether a directory that is not there is made. False for commands that only
    /// read: a mistyped name must not leave an empty log behind.
    static func open(
        _ directory: FilePath, creates: Bool, fileSystem: any FileSystem = RealFileSystem()
    ) throws -> Broker {
        if !creates, try fileSystem.status(of: directory) == nil {
            throw CommandFailure(
                "there is no data directory '\(directory.string)'. Name another with --data DIR, "
                    + "or begin one: sluice topic create NAME --data \(directory.string)")
        }
        return try Broker.open(directory: directory, fileSystem: fileSystem)
    }

    /// Makes sure that the directory is there, for commands that look at files alone.
    func requireDirectory() throws {
        guard try RealFileSystem().status(of: directory) == nil else { return }
        throw CommandFailure(
            "there is no data directory '\(directory.string)'. Name another with --data DIR.")
    }

    /// Nothing, if the last process ended in peace.
    private static func noteRecovery(_ report: RecoveryReport, _ console: Console) {
        if let file = report.fileCut, report.bytesCut > 0 {
            console.note(
                "recovered: \(report.bytesCut) bytes at the end of \(file.string) were never "
                    + "acknowledged and are cut off")
        }
        for damage in report.damage { console.note("damaged: \(damage)") }
    }
}
