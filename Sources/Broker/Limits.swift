/// Limits of the broker; each has a test one below, at, and one above.
package enum BrokerLimits {
    /// Versions of a subscription that are kept.
    package static let subscriptionVersionCountMax = 32
    /// How long a caller waits before it offers a batch again that the broker was too busy to take.
    package static let busyWait = Duration.milliseconds(20)
    /// Bytes of a batch that any topic may take: with its entry it fits a frame of the log.
    package static let messageByteCountMax = 60 << 20
    /// Milliseconds that a record's time may be ahead of the broker's clock when a client produces
    /// it: Kafka's default of `message.timestamp.after.max.ms`.
    package static let timestampAheadMaxMilliseconds: Int64 = 60 * 60 * 1_000
    /// Bytes that a read of a subscription filters before it says how far it has come.
    static let filteredReadByteCountMax = 16 << 20
    /// Readers of one subscription that are kept for the next read.
    static let idleReaderCountMax = 8
}
