import ArgumentParser
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
}
