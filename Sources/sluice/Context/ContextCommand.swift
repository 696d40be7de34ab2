import ArgumentParser
import BrokerClient
import Platform
import SystemPackage

/// `sluice context`: names for servers and data directories.
struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "context", abstract: "Name servers and data directories, and choose one.",
        discussion: """
            Commands work on --server, --data or --context NAME; else on $SLUICE_SERVER or \
            $SLUICE_DATA; else on the context that is named by $SLUICE_CONTEXT or in use; else on \
            ./sluice-data. Contexts are kept in $SLUICE_CONFIG, else in ~/.config/sluice/contexts.
            """,
        examples: [
            Example("sluice context set test --server localhost:9092", "Name a server."),
            Example("sluice context use test", "Work there from now on."),
            Example("sluice topic list --context test", "Work there once."),
        ],
        subcommands: [
            ContextList.self, ContextSet.self, ContextUse.self, ContextDelete.self,
        ])
}

/// `sluice context list`.
struct ContextList: Command {
    static let configuration = CommandConfiguration(
        "list", abstract: "List all contexts.",
        examples: [Example("sluice context list", "The one in use is marked.")])

    @OptionGroup var output: OutputOptions

    func run(_ console: Console) throws -> ExitStatus {
        let contexts = try Contexts.load()
        var table = Table([
            Table.Column("Context"), Table.Column("In use", name: "in_use"),
            Table.Column("Kind"), Table.Column("Place"),
            Table.Column("Time-out", name: "timeout_seconds"),
        ])
        for (name, place) in contexts.places.sorted(by: { $0.key < $1.key }) {
            table.add([
                .text(name), .flag(name == contexts.current), .text(place.key), .text(place.value),
                contexts.timeouts[name].map { .count(Int64($0)) } ?? .none,
            ])
        }
        try table.print(
            to: console, as: output.output,
            whenEmpty: "There are no contexts. Make one with: sluice context set NAME --server "
                + "HOST:PORT")
        return .done
    }
}

/// `sluice context set`.
struct ContextSet: Command {
    static let configuration = CommandConfiguration(
        "set", abstract: "Name a server or a data directory.",
        examples: [
            Example("sluice context set test --server localhost:9092", "A server."),
            Example("sluice context set far --server far:9092 --timeout 600", "A slow one."),
            Example("sluice context set old --data /var/lib/sluice", "A directory."),
        ])

    @Argument(help: "The context's name: letters, digits, '-', '_' and '.'.")
    var name: String

    @Option(help: ArgumentHelp("A running server.", valueName: "host:port"))
    var server: String?

    @Option(help: ArgumentHelp("A data directory.", valueName: "dir"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Seconds in which the server has to answer, 1 to 86400 (default: 120).",
            valueName: "seconds"))
    var timeout: Int?

    mutating func validate() throws {
        guard (server == nil) != (data == nil) else {
            throw ValidationError("Give --server or --data.")
        }
        if let server, ServerAddress(server) == nil {
            throw ValidationError("--server \(server): write it as host or host:port.")
        }
        if let timeout, !BrokerPlace.timeouts.contains(timeout) || server == nil {
            throw ValidationError("--timeout \(timeout): seconds, 1 to 86400, for a --server.")
        }
        if let data, data.isEmpty || data.contains("\n") {
            throw ValidationError("--data: a directory's name has no line end.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try Contexts.check(name, "context")
        var contexts = try Contexts.load()
        if let server { contexts.set(name, to: .server(server), timeout: timeout) }
        if let data {
            // Where the user stands is not where later commands are run.
            contexts.set(name, to: .data(WorkingDirectory.absolute(FilePath(data)).string))
        }
        try contexts.save()
        console.note("context \(name) is set; use it with: sluice context use \(name)")
        return .done
    }
}

/// `sluice context use`.
struct ContextUse: Command {
    static let configuration = CommandConfiguration(
        "use", abstract: "Work there from now on.",
        examples: [Example("sluice context use test", "Commands that name no place go there.")])

    @Argument(help: "The context.")
    var name: String

    func run(_ console: Console) throws -> ExitStatus {
        var contexts = try Contexts.load()
        try contexts.use(name)
        try contexts.save()
        console.note("context \(name) is in use")
        return .done
    }
}

/// `sluice context delete`.
struct ContextDelete: Command {
    static let configuration = CommandConfiguration(
        "delete", abstract: "Forget a context.",
        discussion: "The server or directory that it names is not touched.",
        examples: [Example("sluice context delete test", "Only the name goes.")])

    @Argument(help: "The context.")
    var name: String

    func run(_ console: Console) throws -> ExitStatus {
        var contexts = try Contexts.load()
        try contexts.remove(name)
        try contexts.save()
        console.note("context \(name) is forgotten")
        return .done
    }
}
