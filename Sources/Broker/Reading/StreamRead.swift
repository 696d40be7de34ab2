package import CommitLog
package import Records

/// What a read of a partition has found; the batches are behind one another in the caller's bytes.
package struct StreamRead: Sendable {
    /// Bytes that were added to the caller's.
    package var byteCount = 0
    /// The first offset that can be read.
    package let start: RecordOffset
    /// The offset behind the last record.
    package let highWatermark: RecordOffset
    /// From here on records may be of transactions that are not decided.
    package let lastStableOffset: RecordOffset
    /// Transactions whose records a reader of committed records has to leave out.
    package var aborted: [AbortedTransaction] = []
    /// Where to read on.
    package var next: RecordOffset

    /// Whether reading on at once would give more.
    package var isAtEnd: Bool { next >= limit }
    /// Up to where this read could have gone.
    package var limit: RecordOffset
}

/// Which records a reader wants.
package enum IsolationLevel: Sendable {
    /// All, also those of transactions that are not decided or were aborted.
    case readUncommitted
    /// Only those of committed transactions, and of none.
    case readCommitted
}
