package import Platform

/// Settings of a log.
package struct LogOptions: Sendable {
    /// What ``CommitLog/append(_:durability:)`` waits for unless told otherwise.
    package var durability: Durability = .fsync
    /// Length of a commit-log file; a frame that is larger gets a file of its own length.
    package var commitFileByteCount: Int64 = 64 << 20
    /// A segment that has reached this length gets no more blocks.
    package var segmentByteCountMax: Int64 = 256 << 20
    /// Bytes of records, before compression, at which a sealed block is full.
    ///
    /// JSON shrinks to 80–160 KiB; a block of what shrinks to more than a fourth is made of fewer
    /// records, down to a fourth of this. A look-up of one record decompresses one block, about a
    /// millisecond. What smaller blocks cost in size: `ZstdCompressor`.
    package var blockByteCount = 1 << 20
    /// Whether a thread seals full commit-log files as they come; otherwise ``CommitLog/sealNow()``.
    package var sealsInBackground = true
    /// Bytes of segments and commit log that all partitions together may take; nil for no limit.
    ///
    /// Beyond, the oldest segments go first, of topics whose clean-up policy deletes, also of those
    /// that keep their records for ever otherwise.
    package var retentionByteCount: Int64?
    /// Time between two looks for what retention and compaction have to do, in the background.
    package var cleaningInterval = Duration.seconds(60)
    /// Memory for the keys of one pass of compaction, in bytes.
    ///
    /// 24 a key, a quarter of them free; a partition with more new keys takes several passes.
    package var keyMapByteCountMax = 128 << 20
    /// Whether an append compares the checksums of its batches; a caller that has done so already
    /// can save the second pass.
    ///
    /// A batch with a wrong checksum cannot be read again.
    package var verifiesBatches = true
    /// Frames waiting for the writer, in bytes: an append beyond waits (back-pressure).
    package var queueByteCountMax = 64 << 20
    /// Where the tags of commit-log files come from, which nobody must be able to guess.
    package var randomness: any Randomness = SystemRandomness()
    /// How long closing waits for a disk that does not answer before it says so and gives up.
    package var closeWaitMax: Duration = .seconds(60)
    /// What summarises the sealed blocks of a topic; nil where nothing is to be said of them.
    package var summarizer: (@Sendable (_ topic: String) -> (any BlockSummarizer)?)?

    /// Told of each group that adds records.
    package var appendObserver: (any AppendObserver)?

    package init() {}
}
