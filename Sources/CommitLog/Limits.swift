/// Limits of the log; each has a test one below, at, and one above.
package enum LogLimits {
    /// Bytes of one frame, header included.
    package static let frameByteCountMax = 64 << 20
    /// Entries of one frame.
    package static let entryCountMax = 1 << 20
    /// Bytes of a key of the keyed state.
    package static let keyByteCountMax = 64 << 10
    /// Bytes of a value of the keyed state.
    package static let valueByteCountMax = 16 << 20
    /// Batches of a producer of which a retry is known: as many as clients send without an answer.
    static let producerBatchCountMax = 5
    /// Producers that a partition remembers.
    static let producersPerPartitionMax = 10_000
    /// How many of those not heard of for longest are forgotten when one more comes.
    static let producersRemovedAtOnce = 625
    /// Milliseconds after which a producer that nothing was heard of is forgotten: Kafka's
    /// `producer.id.expiration.ms`.
    static let producerExpiryMilliseconds: Int64 = 24 * 60 * 60 * 1_000
    /// Full commit-log files that are sealed before the next checkpoint lets them be removed.
    static let sealedFilesMax = 4
    /// Full commit-log files that wait to be sealed; with more, zstd level 1 is used.
    static let unsealedFilesMax = 8
    /// Full commit-log files that wait to be sealed; with more, every append waits a while.
    static let unsealedFilesFarMax = 32
    /// How long such an append waits, unless sealing catches up before.
    static let sealingWaitMax = Duration.milliseconds(20)
    /// Files that are sealed and kept, so that the next commit-log files need no new space.
    static let spareFilesMax = 8
    /// Bytes of the summary of one block; a longer one is left out.
    static let summaryByteCountMax = 1 << 20
    /// Bytes of a summary file; a longer one is not read.
    static let summaryFileByteCountMax: Int64 = 64 << 20
    /// Batches that one search for the largest timestamp opens: it looks on only for want of readable
    /// records.
    static let newestBatchesMax = 1_000
    /// Segments that are kept open for reading.
    static let openSegmentsMax = 256
    /// Bytes of a snapshot.
    static let snapshotByteCountMax = 4 << 30
    /// Bytes read at once when the commit log is scanned.
    static let scanByteCount = 1 << 20
    /// Segments into which the records that a partition keeps are divided at least.
    static let segmentsPerRetention: Int64 = 8
    /// How far the wall clock may run ahead of the monotonic one between two looks, in
    /// milliseconds, before removal stops to believe it.
    static let clockJumpMaxMilliseconds: Int64 = 5 * 60 * 1_000
    /// For how long such a jump is not believed.
    static let clockJumpHoldTime = Duration.seconds(60 * 60)
    /// How old the active commit-log file may get while retention or compaction waits for what it
    /// holds.
    static let activeFileAgeMax = Duration.seconds(60 * 60)
    /// How often partitions that bound how long they wait to be sealed are looked at, at most.
    static let waitingLookInterval = Duration.seconds(1)
    /// Time between two sealings of such partitions, at least, however small their bounds are.
    static let earlySealingInterval = Duration.seconds(5)
    /// The same as a multiple of the time that the last one took, clean-up included: what topics
    /// ask for takes a tenth of the sealer's time at most.
    static let earlySealingRest = 9
    /// Milliseconds after which a tombstone that had to stay is looked at again.
    static let tombstoneRetryMilliseconds: Int64 = 24 * 60 * 60 * 1_000
    /// Batches between which fewer bytes lie than this are read with one call.
    static let readGapMax = 4 << 10
    /// Attempts to copy a directory that is being sealed meanwhile.
    static let copyAttemptsMax = 10
    /// Bytes of the commit log that a repair takes for lost where nothing says how many there were.
    static let repairGuessByteCount = 64 << 20
}
