/// Limits of the Kafka door; those that a user may want to change are in ``KafkaSettings``.
package enum KafkaLimits {
    /// Requests of one connection that wait for their answers; its next ones stay in the socket.
    static let pendingAnswerCountMax = 64
    /// Bytes of such requests: more wait in the socket, unless it is the only one.
    static let pendingByteCountMax = 8 << 20
    /// Whole requests that are read before the connection takes them.
    static let readAheadCountMax = 2
    /// Bytes that one read of a socket takes at most.
    static let readByteCountMax = 1 << 20
    /// The same while no request has begun whose length is known.
    static let readByteCountAdaptiveMax = 256 << 10
    /// Bytes of the first read, and of the reads of a connection that says little.
    static let readByteCountInitial = 4 << 10
    /// Bytes of a read for which there is no room, to see whether the client sends anything.
    static let readByteCountMin = 64
    /// Bytes of requests that a connection may hold when the memory for requests is exhausted; as
    /// many of answers that it has not read, before its next request waits.
    static let unbudgetedByteCount = 4 << 10
    /// Time between two looks at a connection that holds memory and is to send or to read.
    static let patrolMilliseconds: Int64 = 1_000
    /// Looks in a row at which nothing had come of a request while memory was scarce; its
    /// connection is closed.
    static let quietLookCountMax = 4
    /// Looks in a row at which a request was not whole while others waited for memory; its
    /// connection is closed.
    static let contendedLookCountMax = 60
    /// Bytes that have to come between two looks from who is read beyond the budget.
    static let favouredByteCountMin = 64 << 10
    /// Looks in a row at which a client had read nothing while memory was scarce; its connection is
    /// closed.
    static let unreadLookCountMax = 10
    /// Bytes of an answer that are written as one.
    static let writePartByteCount = 256 << 10
    /// Bytes that have to be left of the memory for answers for a fetch to read.
    static let fetchByteCountMin = 64 << 10
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
