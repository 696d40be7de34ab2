/// Limits of the broker; each has a test one below, at, and one above.
package enum BrokerLimits {
    /// Versions of a subscription that are kept.
    package static let subscriptionVersionCountMax = 32
    /// Bytes of a transactional id.
    package static let transactionalIDByteCountMax = 1_024
    /// Transactional ids that are known at one time.
    package static let transactionalIDCountMax = 100_000
    /// Milliseconds that a transaction may last: Kafka's default of `transaction.max.timeout.ms`.
    package static let transactionTimeoutMaxMilliseconds: Int32 = 15 * 60 * 1_000
    /// Milliseconds after which an id that nobody uses is forgotten: Kafka's default of
    /// `transactional.id.expiration.ms`.
    package static let transactionalIDExpiryMilliseconds: Int64 = 7 * 24 * 60 * 60 * 1_000
    /// Partitions of one transaction.
    package static let transactionPartitionCountMax = 10_000
    /// Groups whose positions one transaction commits, and bytes of the name of each.
    package static let transactionGroupCountMax = 100
    package static let transactionGroupByteCountMax = 16 << 10
    /// Bytes of the positions that one transaction commits: with the markers they fit a frame.
    package static let transactionOffsetByteCountMax = 16 << 20
    /// Consumer groups with members, or that have had some and keep positions.
    package static let groupCountMax = 100_000
    /// Bytes of a group's id.
    package static let groupIDByteCountMax = 1_024
    /// Bytes of each text that a member tells of itself: its instance id, its client's name, its kind.
    package static let groupTextByteCountMax = 1_024
    /// Ways of assigning partitions that a member may offer.
    package static let groupProtocolCountMax = 64
    /// Names of topics that a member of a consumer group may want to read.
    package static let groupTopicNameCountMax = 100_000
    /// Different patterns for topics that the members of a consumer group may have.
    static let groupPatternCountMax = 100
    /// Bytes, nested groups, times of a repetition and instructions of a pattern for topics (RE2 has the
    /// same limit of times), and instructions that may be looked at to match it with all names: about
    /// a second.
    static let patternByteCountMax = 4_096
    static let patternDepthMax = 100
    static let patternRepetitionMax = 1_000
    static let patternInstructionCountMax = 4_096
    static let patternStepCountMax = 100_000_000
    /// How often the topics of a consumer group are gone through to level the loads of members that
    /// read different ones.
    static let groupLevellingPassMax = 8
    /// Bytes of the text that a client keeps beside a position: Kafka's default of
    /// `offset.metadata.max.bytes`.
    package static let offsetMetadataByteCountMax = 4_096
    /// Bytes of what the members of one group tell each other: the leader gets them in one answer.
    package static let groupByteCountMax = 64 << 20
    /// The same of all groups.
    package static let groupsByteCountMax = 256 << 20
    /// Identities of producers that are taken with one write; what is left of them is lost when the
    /// broker ends.
    static let producerIDBlockCount: Int64 = 1_000
    /// Producers that wait for such a write.
    static let producerIDRequestCountMax = 10_000
    /// Records without a key of which a producer is told.
    package static let keylessRecordCountMax = 10_000
    /// Bytes of the value of a setting that is only kept.
    package static let keptConfigByteCountMax = 1_024
    /// How long a caller waits before it offers a batch again that the broker was too busy to take.
    package static let busyWait = Duration.milliseconds(20)
    /// Bytes of a batch that any topic may take: with its entry it fits a frame of the log.
    package static let messageByteCountMax = 60 << 20
    /// Bytes that a read of a subscription filters before it says how far it has come.
    static let filteredReadByteCountMax = 16 << 20
    /// Threads that read ahead for readers of subscriptions.
    static let readAheadThreadCountMax = 4
    /// Partitions of all topics together, if the operator does not say otherwise (`max.partitions`):
    /// each takes 1.4 kB of memory (measured: 133 MiB for 100,000), and files once it has records.
    package static let partitionCountMax = 200_000
    /// Bytes of dead letters that one read of a subscription finds before it says how far it has come.
    static let deadLetterByteCountMax = 8 << 20
    /// Ranges of settled offsets of a partition; a reader that begins elsewhere then settles nothing.
    static let settledRangeCountMax = 1_000
    /// How long what is settled without dead letters may wait to be made durable.
    static let settledWaitMax = Duration.seconds(5)
    /// Readers of one subscription that are kept for the next read.
    static let idleReaderCountMax = 8
}
