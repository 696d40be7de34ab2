import ArgumentParser
import Broker
import BrokerClient
import Platform
import SystemPackage

/// `--data`, `--server` and `--context`: the broker that a command works on, in a directory or on a
/// running server.
struct BrokerOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "A running server instead (default: $SLUICE_SERVER, else that of the context).",
            valueName: "host:port"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "A place by its name (default: $SLUICE_CONTEXT, else the one in use; see: sluice context).",
            valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Seconds in which a server has to answer, 1 to 86400 (default: the context's, else 120).",
            valueName: "seconds"))
    var timeout: Int?

    mutating func validate() throws {
        if [server, data.data, context].compactMap({ $0 }).count > 1 {
            throw ValidationError("Give one of --server, --data and --context.")
        }
        if let server, ServerAddress(server) == nil {
            throw ValidationError("--server \(server): write it as host or host:port.")
        }
        guard let timeout else { return }
        guard BrokerPlace.timeouts.contains(timeout) else {
            throw ValidationError("--timeout \(timeout): seconds, 1 to 86400.")
        }
        if data.data != nil {
            throw ValidationError("--timeout is for a server, and --data is a directory.")
        }
    }

    /// Where the broker is.
    ///
    /// Options count more than variables, and those more than the context in use.
    func place() throws -> BrokerPlace {
        let place = try placeOfContext()
        guard let timeout, case .server(let address, _) = place else { return place }
        return .server(address, timeout: .seconds(timeout))
    }

    private func placeOfContext() throws -> BrokerPlace {
        if let server { return try BrokerPlace(server: server, "--server") }
        if data.data != nil { return .directory(data.directory) }
        if let context { return try Contexts.load().place(of: context) }
        if let set = Self.variable("SLUICE_SERVER") {
            return try BrokerPlace(server: set, "$SLUICE_SERVER")
        }
        if Self.variable("SLUICE_DATA") != nil { return .directory(data.directory) }
        let contexts = try Contexts.load()
        if let name = Self.variable("SLUICE_CONTEXT") ?? contexts.current {
            return try contexts.place(of: name)
        }
        return .directory(data.directory)
    }

    private static func variable(_ name: String) -> String? {
        ProcessEnvironment.value(of: name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether there is a broker: a server, or a directory.
    func exists() throws -> Bool {
        guard case .directory(let path) = try place() else { return true }
        return try RealFileSystem().status(of: path) != nil
    }

    /// Opens the log or connects; whoever opens it closes it.
    ///
    /// `creates` is for a directory alone, as in ``DataOptions/open(creates:fileSystem:)``.
    func open(creates: Bool) throws -> OpenBroker {
        switch try place() {
        case .directory(let path): .local(try DataOptions.open(path, creates: creates))
        case .server(let address, let timeout):
            .remote(try BrokerClient(address, timeout: timeout))
        }
    }

    /// Opens the broker for the time of `body`, says what a crash had left in a directory, and
    /// closes it in any case.
    func withBroker<Result>(
        creates: Bool, console: Console, _ body: (any BrokerAccess) throws -> Result
    ) throws -> Result {
        switch try place() {
        case .directory(let path):
            try DataOptions.withBroker(path, creates: creates, console: console, body)
        case .server(let address, let timeout):
            try body(BrokerClient(address, timeout: timeout))
        }
    }
}

/// Where a broker is.
enum BrokerPlace: Equatable {
    case directory(FilePath)
    case server(ServerAddress, timeout: Duration)

    /// Seconds that a server may be given to answer.
    static let timeouts = 1...86_400

    /// Reads a server's address; `origin` is where it was found, `timeout` in seconds what was found
    /// there too.
    init(server text: String, _ origin: String, timeout: Int? = nil) throws {
        guard let address = ServerAddress(text) else {
            throw CommandFailure.usage("\(origin) '\(text)': write it as host or host:port.")
        }
        let timeout = timeout.map { Duration.seconds($0) } ?? BrokerClient.timeoutDefault
        self = .server(address, timeout: timeout)
    }
}

/// A broker that a command has opened.
enum OpenBroker {
    case local(Broker)
    case remote(BrokerClient)

    var access: any BrokerAccess {
        switch self {
        case .local(let broker): broker
        case .remote(let client): client
        }
    }

    /// Gives a directory back; what cannot be made durable is an error.
    func close() throws {
        if case .local(let broker) = self { try broker.close() }
    }
}
