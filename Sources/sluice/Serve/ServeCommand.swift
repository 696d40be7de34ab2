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

            A flag counts more than a variable (SLUICE_NUM_PARTITIONS for num.partitions), a \
            variable more than the file of --config, which has a setting a line: NAME = VALUE.

            The log goes to standard error (log.level, log.format); metrics, /health and /ready \
            are on http.listen. Under systemd use Type=notify.
            """,
        examples: [
            Example("sluice serve --data /var/lib/sluice", "Serve on port 9092."),
            Example(
                "sluice serve --listen 127.0.0.1:19092 -o num.partitions=4",
                "Only to this machine; new topics have 4 partitions."),
            Example("sluice serve --print-config > sluice.conf", "Begin a configuration file."),
        ])

    @Option(
        name: [.customLong("data"), .customShort("d")],
        help: ArgumentHelp("The data directory (default: sluice-data).", valueName: "dir"),
        completion: .directory)
    var data: String?

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp("A configuration file.", valueName: "file"), completion: .file())
    var config: String?

    @Option(
        name: [.customLong("set"), .customShort("o")],
        help: ArgumentHelp("A setting; may be repeated.", valueName: "name=value"))
    var settings: [String] = []

    @Flag(help: "Print all settings, as a file that --config takes, and end.")
    var printConfig = false

    mutating func run(_ console: Console) throws -> ExitStatus {
        let configuration = try configured()
        if printConfig {
            try console.line(configuration.file)
            return .done
        }
        ProcessMemory.keepForReuse()
        DescriptorLimit.raise()
        let logger = Logger(label: "sluice") { _ in
            LineLogHandler(level: configuration.logLevel, format: configuration.logFormat)
        }
        let broker = try Broker.open(
            directory: FilePath(configuration.directory), options: configuration.log,
            groups: configuration.kafka.groups,
            partitionCountMax: configuration.partitionCountMax)
        for damage in broker.log.recovery.damage {
            logger.error("damaged", metadata: ["reason": "\(damage)"])
        }
        let outcome = BlockingTask.run {
            let server = try await Server(
                broker: broker, configuration: configuration, logger: logger)
            var address = configuration.listen
            if let port = server.kafkaPort { address.port = port }
            logger.info(
                "serving Kafka clients",
                metadata: [
                    "address": "\(address.text)", "data": "\(configuration.directory)",
                    "durability": "\(configuration.log.durability)",
                    "http": "\(server.httpAddress?.text ?? "off")",
                ])
            ServiceManager.notify(.ready)
            try await server.run {
                await StopWait.wait()
                ServiceManager.notify(.stopping)
            }
        }
        try broker.close()
        try outcome.get()
        return .done
    }

    /// The settings from flags, variables and file.
    private func configured() throws -> ServerConfiguration {
        var configuration = ServerConfiguration()
        let file = try config.map { try text(of: $0) }
        do throws(ConfigurationError) {
            if let data { try configuration.set("data", to: data, from: .flag) }
            if let listen { try configuration.set("listen", to: listen, from: .flag) }
            try configuration.read(flags: settings)
            try configuration.read(variables: ProcessEnvironment.value)
            if let file, let config { try configuration.read(file: file, named: config) }
            try configuration.check()
        } catch {
            throw CommandFailure.usage(error.description)
        }
        return configuration
    }

    /// What a file says; one byte more than the limit is enough to see that it is too long.
    private func text(of path: String) throws -> String {
        var bytes: [UInt8] = []
        let file = try RealFileSystem().open(FilePath(path), .read)
        try file.read(into: &bytes, count: ServerLimits.fileByteCountMax + 1, at: 0)
        try file.close()
        return String(decoding: bytes, as: UTF8.self)
    }
}
