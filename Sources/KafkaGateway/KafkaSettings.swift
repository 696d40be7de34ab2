package import Broker

/// What a server's operator decides about the Kafka door.
package struct KafkaSettings: Sendable {
    /// An address under which clients reach the server.
    package struct Address: Sendable, Equatable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// What clients are told to connect to; nil tells each the address that it has connected to.
    package var advertised: Address?
    /// The server's number among the brokers that clients see: it is the only one.
    package var nodeID: Int32 = 1
    /// Most bytes of one request; a longer one closes its connection.
    package var requestByteCountMax = 100 << 20
    /// Bytes that requests of all connections may hold together; the sockets wait beyond.
    package var queuedRequestByteCountMax = 256 << 20
    /// Bytes that answers to all connections may hold together; fetches wait beyond.
    package var queuedAnswerByteCountMax = 256 << 20
    /// Connections at a time; more are closed at once.
    package var connectionCountMax = 20_000
    /// Time after which a connection on which nothing moves is closed.
    package var idleTime = Duration.seconds(600)
    /// Whether a topic that a client asks for and that does not exist is created.
    package var createsTopics = true
    /// Partitions of topics that are created without a number.
    package var partitionCount: Int32 = 1

    /// Of consumer groups.
    package var groups = GroupSettings()

    package init() {}
}
