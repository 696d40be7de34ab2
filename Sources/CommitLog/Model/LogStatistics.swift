/// Counters since the log was opened, and sizes now.
package struct LogStatistics: Sendable, Equatable {
    /// Frames that were appended.
    package internal(set) var frames: Int64 = 0
    /// Bytes of those frames.
    package internal(set) var frameBytes: Int64 = 0
    /// Bytes of record batches in them, as they were given.
    package internal(set) var batchBytes: Int64 = 0
    /// Groups of frames that were written with one call.
    package internal(set) var groups: Int64 = 0
    /// Calls of fdatasync for frames.
    package internal(set) var synchronizations: Int64 = 0
    /// Commit-log files whose records went to segments.
    package internal(set) var sealedFiles: Int64 = 0
    /// Sealings out of the active file, because partitions bound what waits.
    package internal(set) var earlySealings: Int64 = 0
    /// Bytes of batches that were sealed, and of the blocks that they became.
    package internal(set) var sealedBytesIn: Int64 = 0
    package internal(set) var sealedBytesOut: Int64 = 0
    /// Bytes of batches that were sealed at a faster level because too many files waited.
    package internal(set) var hastilySealedBytes: Int64 = 0
    /// Appends that waited because far too many files waited to be sealed.
    package internal(set) var slowedAppends: Int64 = 0
    /// Commit-log files that were made of sealed ones.
    package internal(set) var renewedFiles: Int64 = 0
    package internal(set) var checkpoints: Int64 = 0
    /// Bytes of frames in commit-log files now.
    package internal(set) var commitBytesOnDisk: Int64 = 0
    /// Bytes of segments and indexes now.
    package internal(set) var segmentBytesOnDisk: Int64 = 0
    /// Passes of compaction, bytes of the segments that they replaced, and of the new ones.
    package internal(set) var compactions: Int64 = 0
    package internal(set) var compactedBytesIn: Int64 = 0
    package internal(set) var compactedBytesOut: Int64 = 0
    /// Records without a key that compaction came across, and kept.
    package internal(set) var keylessRecords: Int64 = 0
    /// Batches that compaction kept as they are, because their records cannot be read.
    package internal(set) var untouchedBatches: Int64 = 0
    /// Batches whose records cannot be read, as sealing and searches for times have found.
    ///
    /// Their producers gave them so. Each search that passes one over counts it again.
    package internal(set) var unreadableBatches: Int64 = 0
    /// What was removed of the partitions there are, by reason.
    package internal(set) var removed: [RemovalReason: RemovalTally] = [:]
    /// Jumps of the wall clock that removal did not believe.
    package internal(set) var clockJumps: Int64 = 0
    /// Block indexes that were damaged and read from their segments instead.
    package internal(set) var indexesRebuilt: Int64 = 0
    /// Segments whose blocks got no summaries because these could not be written.
    package internal(set) var summariesFailed: Int64 = 0
    /// Why the last sealing or checkpoint failed; nil if it did not.
    package internal(set) var maintenanceFailure: String?

    package init() {}
}
