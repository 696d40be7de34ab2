import ArgumentParser
import Broker
import CommitLog
import KafkaGateway
import Logging
import Platform
import Server
import SystemPackage

/// `sluice serve`: the broker for Kafka clients.
struct ServeCommand: Command {
    static let configuration = CommandConfiguration(
        "serve",
        abstract: "Serve topics and subscriptions to Kafka clients.",
        discussion: """
            Stock Kafka clients connect to the address of --listen; each is told the address that \
            it has connected to, so nothing else needs to be configured. The server stops on \
            Control-C or SIGTERM, after it has answered what it has begun.
            """,
        examples: [
            Example("sluice serve --data /var/lib/sluice", "Serve on port 9092."),
            Example("sluice serve --listen 127.0.0.1:19092", "Only to this machine."),
        ])

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "host:port"))
    var listen: String?

    mutating func run(_ console: Console) throws -> ExitStatus {
        var configuration = ServerConfiguration()
        if let listen { configuration.listen = try Self.address(listen) }
        let settings = configuration
        let broker = try Broker.open(directory: data.directory, options: settings.log)
        let logger = Logger(label: "sluice") { StreamLogHandler.standardError(label: $0) }
        let outcome = BlockingTask.run {
            let server = try await Server(
                broker: broker, configuration: settings, logger: logger)
            logger.info(
                "serving Kafka clients",
                metadata: [
                    "address": "\(settings.listen.host):\(server.kafkaPort ?? settings.listen.port)"
                ])
            try await server.run { await StopWait.wait() }
        }
        try broker.close()
        try outcome.get()
        return .done
    }

    private static func address(_ text: String) throws -> KafkaSettings.Address {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw CommandFailure.usage("--listen wants HOST:PORT, not '\(text)'") }
        return KafkaSettings.Address(host: String(text[..<colon]), port: port)
    }
}
