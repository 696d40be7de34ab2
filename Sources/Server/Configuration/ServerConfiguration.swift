import Broker
package import CommitLog
import Expressions
package import KafkaGateway
package import Logging

/// What an operator decides about a server.
package struct ServerConfiguration: Sendable {
    /// Who has said what a setting is; later ones count more.
    package enum Origin: String, Comparable, Sendable {
        case standard = "default"
        case file
        case environment
        case flag

        private var rank: Int {
            switch self {
            case .standard: 0
            case .file: 1
            case .environment: 2
            case .flag: 3
            }
        }

        package static func < (left: Origin, right: Origin) -> Bool { left.rank < right.rank }
    }

    package var directory = "sluice-data"
    /// Where Kafka clients connect.
    package var listen = KafkaSettings.Address(host: "0.0.0.0", port: 9_092)
    /// Where metrics and health are served; nil for nowhere.
    package var http: KafkaSettings.Address? = KafkaSettings.Address(host: "127.0.0.1", port: 9_644)
    package var kafka = KafkaSettings()
    package var log = LogOptions()
    /// Partitions that all topics together may have.
    package var partitionCountMax = BrokerLimits.partitionCountMax
    /// The least that the log tells.
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.text
    /// Threads that serve sockets.
    package var eventLoopCount = 2
    /// Where each setting comes from, if not from the program.
    package private(set) var origins: [ServerSetting: Origin] = [:]

    package init() {}

    /// Sets a setting by its name, unless something that counts more has set it.
    ///
    /// - Throws: `.unknown` with the nearest name, `.invalid`.
    package mutating func set(
        _ name: String, to text: String, from origin: Origin
    ) throws(ConfigurationError) {
        guard let setting = ServerSetting(rawValue: name) else {
            throw .unknown(
                name: name,
                nearest: NearestName.find(name, in: ServerSetting.allCases.map(\.rawValue)))
        }
        if let before = origins[setting], before > origin { return }
        try setting.set(text, in: &self)
        origins[setting] = origin
    }

    /// Sets what a file says: a setting a line, `NAME = VALUE`, as in Kafka's `server.properties`.
    ///
    /// - Throws: `.at` with the line.
    package mutating func read(
        file text: String, named file: String
    ) throws(ConfigurationError) {
        guard text.utf8.count <= ServerLimits.fileByteCountMax else {
            throw .tooLong(what: file, limit: ServerLimits.fileByteCountMax)
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: Self.endsLine)
        for (index, line) in lines.enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do throws(ConfigurationError) {
                guard let equals = line.firstIndex(of: "=") else {
                    throw .noSetting(line: String(line))
                }
                try set(
                    String(line[..<equals].trimmed),
                    to: String(line[line.index(after: equals)...].trimmed), from: .file)
            } catch {
                throw .at(file: file, line: index + 1, error)
            }
        }
    }

    /// Sets what flags say, each `NAME=VALUE`.
    ///
    /// - Throws: `.noSetting`, `.unknown`, `.invalid`.
    package mutating func read(flags: [String]) throws(ConfigurationError) {
        for flag in flags {
            guard let equals = flag.firstIndex(of: "=") else { throw .noSetting(line: flag) }
            try set(
                String(flag[..<equals].trimmed),
                to: String(flag[flag.index(after: equals)...].trimmed), from: .flag)
        }
    }

    /// Sets what variables say; an empty one says nothing.
    ///
    /// Variables that stand for no setting may be there for other programs, and are not looked at.
    ///
    /// - Throws: `.variable` with its name.
    package mutating func read(
        variables value: (String) -> String?
    ) throws(ConfigurationError) {
        for setting in ServerSetting.allCases {
            let name = Self.variable(of: setting)
            guard let text = value(name), !text.isEmpty else { continue }
            do throws(ConfigurationError) {
                try set(setting.rawValue, to: text, from: .environment)
            } catch {
                throw .variable(name: name, error)
            }
        }
    }

    /// Checks what no setting can know alone; to be called when all are set.
    ///
    /// - Throws: `.contradiction`.
    package func check() throws(ConfigurationError) {
        try check(
            .sessionTimeoutMin, .sessionTimeoutMax,
            kafka.groups.sessionTimeoutMin <= kafka.groups.sessionTimeoutMax)
        try check(
            .consumerHeartbeatInterval, .consumerSessionTimeout,
            kafka.groups.consumerHeartbeatInterval <= kafka.groups.consumerSessionTimeout)
        // A request that can never fit would wait for ever.
        try check(
            .requestByteCountMax, .queuedRequestByteCountMax,
            kafka.requestByteCountMax <= kafka.queuedRequestByteCountMax)
    }

    private func check(
        _ least: ServerSetting, _ most: ServerSetting, _ holds: Bool
    ) throws(ConfigurationError) {
        guard holds else {
            throw .contradiction(
                name: least.rawValue, value: least.text(in: self), other: most.rawValue,
                otherValue: most.text(in: self))
        }
    }

    /// Only what other programs take for the end of a line too: a path may hold U+2028.
    private static func endsLine(_ character: Character) -> Bool {
        character == "\n" || character == "\r\n" || character == "\r"
    }

    /// The variable that stands for a setting: `SLUICE_` and its name in capitals.
    package static func variable(of setting: ServerSetting) -> String {
        "SLUICE_" + setting.rawValue.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// All settings as a file that says the same, each with what it means and where it comes from.
    package var file: String {
        ServerSetting.allCases.map { setting in
            let origin = (origins[setting] ?? .standard).rawValue
            return "# \(setting.help)\n# From: \(origin). Variable: \(Self.variable(of: setting))\n"
                + "\(setting.rawValue) = \(setting.text(in: self))\n"
        }.joined(separator: "\n")
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without blanks at its ends.
    var trimmed: Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
