import Broker
import CommitLog
import Platform
import SystemPackage

extension DataOptions {
    /// Opens the log for the time of `body`, says what a crash had left in it, and closes it in
    /// any case.
    func withBroker<Result>(
        creates: Bool, console: Console, _ body: (Broker) throws -> Result
    ) throws -> Result {
        let broker = try open(creates: creates)
        Self.noteRecovery(broker.log.recovery, console)
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

    /// Makes sure that the directory is there, for commands that look at files alone.
    func requireDirectory() throws {
        guard try !exists() else { return }
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
