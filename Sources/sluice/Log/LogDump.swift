import ArgumentParser
import CommitLog
import Platform
import SystemPackage

/// `sluice log dump`.
struct LogDump: Command {
    static let configuration = CommandConfiguration(
        "dump", abstract: "Show the frames of commit-log files and the blocks of segments.",
        discussion: """
            Without files, all of the data directory. Damage is shown where it is found, and the \
            exit code is then 1.
            """,
        examples: [
            Example("sluice log dump", "Everything."),
            Example(
                "sluice log dump sluice-data/commit/00000000000000000000.log",
                "The frames of one file."),
            Example(
                "sluice log dump -o json | jq -c 'select(.entries).entries[]'",
                "Every change, for a program."),
        ])

    @Argument(help: "Commit-log files (.log) or segments (.segment).", completion: .file())
    var files: [String] = []

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var dump = LogDumpWriter(console, as: output.output)
        if files.isEmpty {
            try data.requireDirectory()
            let inspector = LogInspector(directory: data.directory)
            for path in try inspector.commitFiles() { try dump.commitFile(path, inspector) }
            for path in try inspector.segmentFiles() { try dump.segment(path, inspector) }
        } else {
            for file in files { try write(FilePath(file), to: &dump) }
        }
        return dump.hasDamage ? .failed : .done
    }

    private func write(_ path: FilePath, to dump: inout LogDumpWriter) throws {
        guard let status = try RealFileSystem().status(of: path), status.kind == .regular else {
            throw CommandFailure("There is no file \(path.string).")
        }
        // A commit-log file is two levels below the data directory: <data>/commit/<position>.log
        let absolute = WorkingDirectory.absolute(path)
        let inspector = LogInspector(
            directory: absolute.removingLastComponent().removingLastComponent())
        switch path.extension {
        case "log": try dump.commitFile(absolute, inspector)
        case "segment": try dump.segment(absolute, inspector)
        default:
            throw CommandFailure.usage(
                "\(path.string) is neither a commit-log file (.log) nor a segment (.segment).")
        }
    }
}
