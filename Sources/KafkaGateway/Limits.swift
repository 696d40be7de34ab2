/// Limits of the Kafka door; those that a user may want to change are in ``KafkaSettings``.
package enum KafkaLimits {
    /// Requests of one connection that wait for their answers; its next ones stay in the socket.
    static let pendingAnswerCountMax = 64
    /// Whole requests that are read before the connection takes them.
    static let readAheadCountMax = 8
    /// Bytes that one read of a socket takes at most.
    static let readByteCountMax = 1 << 20
    /// Bytes of answers to one connection that wait in the process before writing waits.
    static let writeHighWatermark = 256 << 10
    /// Connections that the system keeps for the listener until it accepts them.
    static let acceptBacklog: Int32 = 1_024
    /// Time between two looks at sessions and rebalances, in milliseconds.
    package static let tickMilliseconds: Int64 = 100
    /// Time between two looks at what has expired, in minutes.
    package static let expiryMinutes: Int64 = 10
    /// How long a fetch waits at most, whatever its client asks for, in milliseconds.
    static let fetchWaitMaxMilliseconds: Int32 = 60_000
    /// Bytes of records in one answer to a fetch, except that a larger batch comes alone.
    static let fetchByteCountMax = 16 << 20
    /// Partitions that one request creates, of all its topics: as many as in Kafka
    /// (`ReplicationControlManager.MAX_PARTITIONS_PER_BATCH`).
    static let createdPartitionCountMax: Int32 = 10_000
    /// Bytes of a pipeline's state in one answer; the rest is asked for again.
    static let progressByteCountMax = 8 << 20
}
