package import Records

/// What a reader that wants committed records only must know of a partition.
package struct StableView: Sendable, Equatable {
    /// Records from here on may be of transactions that are not decided; the partition's end if
    /// there are none.
    package let lastStableOffset: RecordOffset
    /// Aborted transactions with records at or behind the offset that was asked for, by ascending
    /// offsets of their markers.
    package let aborted: [AbortedTransaction]

    /// Whether the records of a batch are among the aborted ones.
    package func isAborted(_ header: BatchHeader) -> Bool {
        aborted.contains { $0.covers(header) }
    }
}

extension PartitionState {
    func stableView(from offset: RecordOffset) -> StableView {
        let transactions = recent.transactions
        let stable = max(start, min(end, transactions.firstOpen ?? end))
        return StableView(
            lastStableOffset: RecordOffset(rawValue: stable),
            aborted: transactions.aborted.filter { $0.last >= offset })
    }
}
