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
    /// JSON shrinks to 80–160 KiB. The year of flights takes 1.24 times the bytes of `zstd -3` over
    /// the whole file with 256 KiB, 1.18 times with 1 MiB; the latter costs a look-up of one record
    /// about a millisecond more.
    package var blockByteCount = 1 << 20
    /// Whether a thread seals full commit-log files as they come; otherwise ``CommitLog/sealNow()``.
    package var sealsInBackground = true
    /// Whether an append compares the checksums of its batches; a caller that has done so already
    /// can save the second pass.
    ///
    /// A batch with a wrong checksum cannot be read again.
    package var verifiesBatches = true
    /// Frames waiting for the writer, in bytes: an append beyond waits (back-pressure).
    package var queueByteCountMax = 64 << 20

    package init() {}
}
