import ArgumentParser
import Platform
import SystemPackage

/// `sluice demo`: the main job on real data, in one go.
struct DemoCommand: Command {
    static let configuration = CommandConfiguration(
        "demo", abstract: "Show the main job on a month of real flights, in a few seconds.",
        discussion: """
            Imports the flights that left New York in January 2013, defines a subscription, runs a \
            job over windows of an hour, and exports its result: by the commands that it prints. \
            Everything happens in a temporary directory, which is removed at the end.
            """,
        examples: [
            Example("sluice demo", "Run it."),
            Example("sluice demo --data demo-data", "Run it and keep the data to play with."),
        ])

    @Option(
        help: ArgumentHelp(
            "The flights (default: Samples/flights-2013-01.jsonl.zst of the repository).",
            valueName: "file"),
        completion: .file())
    var sample: String?

    @Option(
        name: [.customLong("data"), .customShort("d")],
        help: ArgumentHelp("Keep the data in this new directory.", valueName: "dir"))
    var data: String?

    func run(_ console: Console) throws -> ExitStatus {
        let sample = try SampleFile.find(sample)
        guard let data else {
            let directory = try TemporaryDirectory("sluice-demo")
            let status: ExitStatus
            do {
                status = try Demo(sample, in: directory.path, isKept: false, console).run()
            } catch {
                // The first failure is what the user has to know.
                try? directory.remove()
                throw error
            }
            try directory.remove()
            return status
        }
        let directory = FilePath(data)
        guard try RealFileSystem().status(of: directory) == nil else {
            throw CommandFailure(
                "\(data) is there already. Name a new directory, or leave --data out.")
        }
        try RealFileSystem().createDirectories(directory)
        return try Demo(sample, in: directory, isKept: true, console).run()
    }
}
