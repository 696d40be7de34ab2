import NIOCore

/// Limits of the door for metrics and health.
enum HTTPLimits {
    /// Connections at a time; more are closed at once.
    static let connectionCountMax = 64
    /// Bytes of one request, its body included; a longer one closes its connection.
    static let requestByteCountMax = 16 << 10
    /// Bytes that one read of a socket takes at most.
    static let readByteCount = 4 << 10
    /// Time in which a connection has to bring its next request and to read its answer.
    static let requestTime = TimeAmount.seconds(30)
    /// Connections that the system keeps until they are accepted.
    static let acceptBacklog: Int32 = 64
}
