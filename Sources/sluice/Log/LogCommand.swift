import ArgumentParser

/// `sluice log`: what is on the disk.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "log", abstract: "Look at the files of a data directory, and check them.",
        examples: [
            Example("sluice log verify", "Compare every checksum and index."),
            Example("sluice log seal", "Move all records into compressed segments."),
            Example("sluice log dump", "Show every frame and block."),
            Example("sluice log copy sluice-data backup", "Copy the log while it is written."),
            Example("sluice log torture .", "Try to make the log lose data on this disk."),
        ],
        subcommands: [
            LogDump.self, LogVerify.self, LogSeal.self, LogCopy.self, LogRepairCommand.self,
            LogTorture.self, TortureWorker.self,
        ])
}
