import ArgumentParser
import Broker
import Platform
import SystemPackage

/// `--data`: the directory that holds the log.
struct DataOptions: ParsableArguments {
    @Option(
        name: [.customLong("data"), .customShort("d")],
        help: ArgumentHelp(
            "The data directory (default: $SLUICE_DATA, else ./sluice-data).", valueName: "dir"),
        completion: .directory)
    var data: String?

    /// The directory that is meant.
    var directory: FilePath {
        if let data { return FilePath(data) }
        if let set = ProcessEnvironment.value(of: "SLUICE_DATA"), !set.isEmpty {
            return FilePath(set)
        }
        return "sluice-data"
    }

    /// Whether the directory is there.
    func exists(fileSystem: any FileSystem = RealFileSystem()) throws -> Bool {
        try fileSystem.status(of: directory) != nil
    }

    /// Opens the log; whoever opens it closes it.
    ///
    /// `creates` says whether a directory that is not there is made. False for commands that only
    /// read: a mistyped name must not leave an empty log behind.
    func open(creates: Bool, fileSystem: any FileSystem = RealFileSystem()) throws -> Broker {
        let directory = directory
        if !creates, try !exists(fileSystem: fileSystem) {
            throw CommandFailure(
                "there is no data directory '\(directory.string)'. Name another with --data DIR, "
                    + "or begin one: sluice topic create NAME --data \(directory.string)")
        }
        return try Broker.open(directory: directory, fileSystem: fileSystem)
    }
}
