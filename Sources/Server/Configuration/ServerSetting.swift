import Broker
import CommitLog
import KafkaGateway
import Logging

/// The settings of a server: name, meaning, and how its text is read and written.
///
/// The one table of them: files, variables, flags and `--print-config` follow it. Names are Kafka's
/// where the meaning is.
package enum ServerSetting: String, CaseIterable, Sendable {
    case data = "data"
    case listen = "listen"
    case advertised = "advertised"
    case httpListen = "http.listen"
    case durability = "durability"
    case brokerID = "broker.id"
    case createsTopics = "auto.create.topics.enable"
    case partitionCount = "num.partitions"
    case partitionCountMax = "max.partitions"
    case requestByteCountMax = "socket.request.max.bytes"
    case queuedRequestByteCountMax = "queued.max.request.bytes"
    case queuedAnswerByteCountMax = "queued.max.response.bytes"
    case idleTime = "connections.max.idle.ms"
    case connectionCountMax = "max.connections"
    case sessionTimeoutMin = "group.min.session.timeout.ms"
    case sessionTimeoutMax = "group.max.session.timeout.ms"
    case initialRebalanceDelay = "group.initial.rebalance.delay.ms"
    case consumerSessionTimeout = "group.consumer.session.timeout.ms"
    case consumerHeartbeatInterval = "group.consumer.heartbeat.interval.ms"
    case consumerMemberCountMax = "group.consumer.max.size"
    case offsetsRetention = "offsets.retention.minutes"
    case retentionByteCount = "log.retention.total.bytes"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// One line about it.
    package var help: String {
        switch self {
        case .data: "The data directory."
        case .listen: "Where Kafka clients connect: HOST:PORT."
        case .advertised:
            "What clients are told to connect to: HOST:PORT; empty for the address that each came to."
        case .httpListen: "Where metrics and health are served: HOST:PORT, or off."
        case .durability:
            "What acks=all waits for: fsync, or os, which a power failure can undo."
        case .brokerID: "The number that clients know this server by."
        case .createsTopics: "Whether a topic that a client asks for is created."
        case .partitionCount: "Partitions of topics that are created without a number."
        case .partitionCountMax: "Partitions that all topics together may have."
        case .requestByteCountMax: "Most bytes of one request; a longer one closes its connection."
        case .queuedRequestByteCountMax:
            "Bytes that requests of all connections may hold together; the rest waits in sockets."
        case .queuedAnswerByteCountMax:
            "Bytes that answers to all connections may hold together; fetches wait beyond."
        case .idleTime: "Milliseconds after which a connection without traffic is closed."
        case .connectionCountMax: "Connections at a time; more are closed at once."
        case .sessionTimeoutMin: "Least milliseconds of a consumer's session."
        case .sessionTimeoutMax: "Most milliseconds of a consumer's session."
        case .initialRebalanceDelay: "Milliseconds that a new group waits for more members."
        case .consumerSessionTimeout:
            "Milliseconds that a member of a consumer group (KIP-848) may say nothing."
        case .consumerHeartbeatInterval:
            "Milliseconds after which a member of a consumer group is to say that it lives."
        case .consumerMemberCountMax: "Members of one consumer group."
        case .offsetsRetention: "Minutes for which a group without members keeps its positions."
        case .retentionByteCount:
            "Bytes that all records together may take; -1 for no limit. The oldest go first."
        case .logLevel:
            "The least that the server's log, on standard error, tells: "
                + Self.names(Logger.Level.allCases.map(\.rawValue)) + "."
        case .logFormat:
            "Lines of that log: text, or json for one JSON object a line."
        }
    }

    /// What a budget of memory can be.
    private static let memory: ClosedRange<Int64> = (1 << 20)...(1 << 50)

    /// Sets it from text.
    ///
    /// - Throws: `.invalid`; the configuration is unchanged.
    package func set(
        _ text: String, in configuration: inout ServerConfiguration
    ) throws(ConfigurationError) {
        guard text.utf8.count <= ServerLimits.valueByteCountMax else {
            throw .tooLong(what: "a setting's value", limit: ServerLimits.valueByteCountMax)
        }
        // Else what is printed would not be a file that says the same.
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw refused(text, "without control characters")
        }
        guard text.trimmed == text else { throw refused(text, "without blanks at its ends") }
        switch self {
        case .data:
            guard !text.isEmpty else { throw refused(text, "a directory") }
            configuration.directory = text
        case .listen: configuration.listen = try address(text)
        case .advertised:
            configuration.kafka.advertised = text.isEmpty ? nil : try address(text, atLeast: 1)
        case .httpListen: configuration.http = text == "off" ? nil : try address(text)
        case .durability:
            switch text {
            case "fsync": configuration.log.durability = .fsync
            case "os": configuration.log.durability = .os
            default: throw refused(text, "fsync or os")
            }
        case .brokerID: configuration.kafka.nodeID = Int32(try number(text, 0...Int64(Int32.max)))
        case .createsTopics:
            guard let value = Bool(text) else { throw refused(text, "true or false") }
            configuration.kafka.createsTopics = value
        case .partitionCount:
            configuration.kafka.partitionCount = Int32(try number(text, 1...10_000))
        case .partitionCountMax:
            configuration.partitionCountMax = Int(try number(text, 1...10_000_000))
        case .requestByteCountMax:
            configuration.kafka.requestByteCountMax = Int(try number(text, 1_024...(1 << 30)))
        case .queuedRequestByteCountMax:
            configuration.kafka.queuedRequestByteCountMax = Int(try number(text, Self.memory))
        case .queuedAnswerByteCountMax:
            configuration.kafka.queuedAnswerByteCountMax = Int(try number(text, Self.memory))
        case .idleTime: configuration.kafka.idleTime = try milliseconds(text, atLeast: 100)
        case .connectionCountMax:
            configuration.kafka.connectionCountMax = Int(try number(text, 1...1_000_000))
        case .sessionTimeoutMin:
            configuration.kafka.groups.sessionTimeoutMin = try milliseconds(text, atLeast: 1)
        case .sessionTimeoutMax:
            configuration.kafka.groups.sessionTimeoutMax = try milliseconds(text, atLeast: 1)
        case .initialRebalanceDelay:
            configuration.kafka.groups.initialRebalanceDelay = try milliseconds(text, atLeast: 0)
        case .consumerSessionTimeout:
            configuration.kafka.groups.consumerSessionTimeout = try milliseconds(text, atLeast: 1)
        case .consumerHeartbeatInterval:
            configuration.kafka.groups.consumerHeartbeatInterval = try milliseconds(
                text, atLeast: 1)
        case .consumerMemberCountMax:
            configuration.kafka.groups.consumerMemberCountMax = Int(
                try number(text, 1...1_000_000))
        case .offsetsRetention:
            configuration.kafka.groups.offsetsRetention = .seconds(
                try number(text, 1...Int64(Int32.max)) * 60)
        case .retentionByteCount:
            let count = try number(text, -1...Int64.max)
            configuration.log.retentionByteCount = count == -1 ? nil : count
        case .logLevel:
            configuration.logLevel = try choice(text, Logger.Level.allCases)
        case .logFormat:
            configuration.logFormat = try choice(text, LogFormat.allCases)
        }
    }

    /// Its text.
    package func text(in configuration: ServerConfiguration) -> String {
        switch self {
        case .data: configuration.directory
        case .listen: configuration.listen.text
        case .advertised: configuration.kafka.advertised?.text ?? ""
        case .httpListen: configuration.http?.text ?? "off"
        case .durability: "\(configuration.log.durability)"
        case .brokerID: "\(configuration.kafka.nodeID)"
        case .createsTopics: "\(configuration.kafka.createsTopics)"
        case .partitionCount: "\(configuration.kafka.partitionCount)"
        case .partitionCountMax: "\(configuration.partitionCountMax)"
        case .requestByteCountMax: "\(configuration.kafka.requestByteCountMax)"
        case .queuedRequestByteCountMax: "\(configuration.kafka.queuedRequestByteCountMax)"
        case .queuedAnswerByteCountMax: "\(configuration.kafka.queuedAnswerByteCountMax)"
        case .idleTime: Self.text(configuration.kafka.idleTime)
        case .connectionCountMax: "\(configuration.kafka.connectionCountMax)"
        case .sessionTimeoutMin: Self.text(configuration.kafka.groups.sessionTimeoutMin)
        case .sessionTimeoutMax: Self.text(configuration.kafka.groups.sessionTimeoutMax)
        case .initialRebalanceDelay:
            Self.text(configuration.kafka.groups.initialRebalanceDelay)
        case .consumerSessionTimeout:
            Self.text(configuration.kafka.groups.consumerSessionTimeout)
        case .consumerHeartbeatInterval:
            Self.text(configuration.kafka.groups.consumerHeartbeatInterval)
        case .consumerMemberCountMax: "\(configuration.kafka.groups.consumerMemberCountMax)"
        case .offsetsRetention:
            "\(configuration.kafka.groups.offsetsRetention.components.seconds / 60)"
        case .retentionByteCount: "\(configuration.log.retentionByteCount ?? -1)"
        case .logLevel: configuration.logLevel.rawValue
        case .logFormat: configuration.logFormat.rawValue
        }
    }

    private static func text(_ duration: Duration) -> String {
        "\(Int64(duration / .milliseconds(1)))"
    }

    private func refused(_ text: String, _ rule: String) -> ConfigurationError {
        .invalid(name: rawValue, value: text, rule: rule)
    }

    private func number(
        _ text: String, _ range: ClosedRange<Int64>
    ) throws(ConfigurationError) -> Int64 {
        guard let number = Int64(text), range.contains(number) else {
            throw refused(text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func milliseconds(
        _ text: String, atLeast least: Int64
    ) throws(ConfigurationError) -> Duration {
        .milliseconds(try number(text, least...Int64(Int32.max)))
    }

    private func choice<Value: RawRepresentable>(
        _ text: String, _ all: [Value]
    ) throws(ConfigurationError) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw refused(text, Self.names(all.map(\.rawValue)))
        }
        return value
    }

    private static func names(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }

    /// `HOST:PORT`; the colons of an IPv6 address are within brackets.
    private func address(
        _ text: String, atLeast least: Int = 0
    ) throws(ConfigurationError) -> KafkaSettings.Address {
        let rule = "HOST:PORT with a port from \(least) to 65535; [HOST]:PORT for IPv6"
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (least...65_535).contains(port)
        else { throw refused(text, rule) }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw refused(text, rule)
        }
        guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "[" || $0 == "]" }) else {
            throw refused(text, rule)
        }
        return KafkaSettings.Address(host: String(host), port: port)
    }
}

extension KafkaSettings.Address {
    /// As a setting says it.
    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
