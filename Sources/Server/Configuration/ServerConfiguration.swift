package import CommitLog
package import KafkaGateway

/// What an operator decides about a server.
package struct ServerConfiguration: Sendable {
    /// Where Kafka clients connect.
    package var listen = KafkaSettings.Address(host: "0.0.0.0", port: 9092)
    package var kafka = KafkaSettings()
    package var log = LogOptions()
    /// Threads that serve sockets.
    package var eventLoopCount = 2

    package init() {}
}
