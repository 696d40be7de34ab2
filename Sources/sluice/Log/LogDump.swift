import ArgumentParser
import CommitLog
import Platform
import SystemPackage

/// `sluice log dump`.
struct LogDump: Command {
    static let configuration = CommandConfiguration(
        "dump", abstract: "Show what is in the files of a data directory.",
        discussion: """
            Snapshots, the frames of commit-log files, the blocks of segments and the entries of \
            their indexes. Without files, all of the data directory. Damage is shown where it is \
            found, what lies behind it too, and the exit code is then 1.
            """,
        examples: [
            Example("sluice log dump", "Everything."),
            Example(
                "sluice log dump sluice-data/commit/00000000000000000000.log",
                "The frames of one file."),
            Example("sluice log dump --topic flights --from 500 --to 600", "Where records lie."),
            Example(
                "sluice log dump -o json | jq -c 'select(.entries).entries[]'",
                "Every change, for a program."),
        ])

    @Argument(
        help: "Files: .log, .segment, .index, .snapshot, .mirror.", completion: .file())
    var files: [String] = []

    @OptionGroup var filter: LogDumpFilter
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        var dump = LogDumpWriter(console, as: output.output, filter)
        if files.isEmpty {
            try data.requireDirectory()
            let inspector = LogInspector(directory: data.directory)
            for path in try inspector.snapshotFiles() { try dump.snapshot(path, inspector) }
            for path in try inspector.commitFiles() { try dump.commitFile(path, inspector) }
            for path in try inspector.segmentFiles() {
                try dump.segment(path, inspector)
                let index = LogInspector.index(of: path)
                guard try RealFileSystem().status(of: index) != nil else { continue }
                try dump.index(index, inspector)
            }
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
        case "index": try dump.index(absolute, inspector)
        case "snapshot", "mirror": try dump.snapshot(absolute, inspector)
        default:
            throw CommandFailure.usage(
                "\(path.string) is none of the files of a log: .log, .segment, .index, .snapshot, "
                    + ".mirror.")
        }
    }
}
