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
        let logger = Logger(label: "sluice") { StreamLogHandler.standardError(label: $0) }
        let broker = try Broker.open(
            directory: FilePath(configuration.directory), options: configuration.log,
            groups: configuration.kafka.groups)
        for damage in broker.log.recovery.damage {
            logger.error("damaged", metadata: ["reason": "\(damage)"])
        }
        let outcome = BlockingTask.run {
            let server = try await Server(
                broker: broker, configuration: configuration, logger: logger)
            logger.info(
                "serving Kafka clients",
                metadata: [
                    "address":
                        "\(configuration.listen.host):\(server.kafkaPort ?? configuration.listen.port)",
                    "http": "\(server.httpPort.map { "port \($0)" } ?? "off")",
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
        do throws(ConfigurationError) {
            if let data { try configuration.set("data", to: data, from: .flag) }
            if let listen { try configuration.set("listen", to: listen, from: .flag) }
            for setting in settings {
                guard let equals = setting.firstIndex(of: "=") else {
                    throw .noSetting(line: setting)
                }
                try configuration.set(
                    String(setting[..<equals]),
                    to: String(setting[setting.index(after: equals)...]), from: .flag)
            }
            for setting in ServerSetting.allCases {
                let variable = ServerConfiguration.variable(of: setting)
                guard let value = ProcessEnvironment.value(of: variable), !value.isEmpty else {
                    continue
                }
                try configuration.set(setting.rawValue, to: value, from: .environment)
            }
        } catch {
            throw CommandFailure.usage(error.description)
        }
        guard let config else { return configuration }
        var bytes: [UInt8] = []
        let file = try RealFileSystem().open(FilePath(config), .read)
        try file.read(into: &bytes, count: ServerConfiguration.fileByteCountMax + 1, at: 0)
        do throws(ConfigurationError) {
            try configuration.read(file: String(decoding: bytes, as: UTF8.self), named: config)
        } catch {
            throw CommandFailure.usage(error.description)
        }
        return configuration
    }
}
