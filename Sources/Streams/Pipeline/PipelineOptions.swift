package import Connectors

/// How a pipeline runs; the defaults suit a job from files or topics to a topic.
package struct PipelineOptions {
    /// What happens to a record that cannot be parsed or evaluated; it is counted in every case.
    package enum ErrorPolicy: String, Sendable, CaseIterable {
        /// The run stops; nothing of the record's batch is committed.
        case fail
        /// The record is dropped.
        case skip
        /// The record goes to ``OutputRole/deadLetter`` with the reason in its headers.
        case deadLetter = "dead-letter"
    }

    package var onError = ErrorPolicy.fail
    /// Milliseconds by which the watermark stays behind the latest event time.
    package var watermarkDelay: Int64 = 0
    /// Whether a split that has nothing for now holds the watermark; else the others close windows.
    ///
    /// Results then depend on when its records arrive, as with any live input.
    package var idleSplitsHoldWatermark = false
    /// Output bytes after which the pipeline commits.
    package var commitOutputByteCount = 1 << 20
    /// Input bytes after which the pipeline commits, so that a job of few results does not start
    /// from the beginning; 0 commits after every batch, as interactive output wants it.
    package var commitInputByteCount = 64 << 20
    /// Bytes asked of the source in one read.
    package var readByteCount = 512 << 10
    /// Names what is computed: committed state of another job is refused.
    package var fingerprint: UInt64 = 0
    /// Called when no split has a record for now and everything is committed.
    ///
    /// Waits for more and returns true, or returns false to end the run; nil ends the run.
    package var whenIdle: (() throws -> Bool)?
    /// Called after every batch.
    package var onProgress: ((_ report: PipelineReport, _ source: SourceProgress?) -> Void)?

    package init() {}
}
