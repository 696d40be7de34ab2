import Bytes
import Records

/// What a batch means for the transactions of its partition.
struct TransactionMark: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Records whose transaction is not yet decided.
        case records
        case commit
        case abort
    }
    let kind: Kind
    let producerID: Int64

    /// The meaning of a batch; nil if it is of no transaction.
    init?(_ header: BatchHeader, _ batch: RawSpan) {
        guard header.attributes.isTransactional, header.producerID >= 0 else { return nil }
        producerID = header.producerID
        guard header.attributes.isControl else {
            kind = .records
            return
        }
        switch ControlMarker(batch) {
        case .abort: kind = .abort
        case .commit: kind = .commit
        case nil: return nil
        }
    }
}
