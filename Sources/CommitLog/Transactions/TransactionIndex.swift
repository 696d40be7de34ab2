import Records

/// The transactions of one partition whose records are in the commit log.
///
/// Sealing stops before the first one that is not decided, and leaves out the records of those that
/// were aborted: segments hold nothing that a reader must not see.
struct TransactionIndex: Sendable {
    /// Offset of the first record of each open transaction, by producer.
    private(set) var openFirst: [Int64: Int64] = [:]
    /// By ascending offsets of their markers.
    private(set) var aborted: [AbortedTransaction] = []

    /// The offset from which on records may be of open transactions; nil if there are none.
    var firstOpen: Int64? { openFirst.values.min() }

    /// Takes a batch, in the order of the log.
    mutating func take(_ mark: TransactionMark, at offset: Int64) {
        switch mark.kind {
        case .records: openFirst[mark.producerID] = openFirst[mark.producerID] ?? offset
        case .commit: openFirst[mark.producerID] = nil
        case .abort:
            // Without records in the commit log there is nothing to leave out.
            guard let first = openFirst.removeValue(forKey: mark.producerID) else { return }
            aborted.append(
                AbortedTransaction(
                    producerID: mark.producerID, first: RecordOffset(rawValue: first),
                    last: RecordOffset(rawValue: offset)))
        }
    }

    /// Forgets aborted transactions that lie entirely below an offset.
    mutating func removeBelow(_ offset: Int64) {
        aborted.removeAll { $0.last.rawValue < offset }
    }
}
