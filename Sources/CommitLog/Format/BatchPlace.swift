import Bytes
import Records

/// Where a batch lies, and what a reader needs to know of it before reading it.
struct BatchPlace: Sendable, Equatable {
    /// Log position of its first byte, or its position within a frame that has none yet.
    var position: Int64
    var baseOffset: Int64
    var maxTimestamp: Int64
    let byteCount: Int32
    let lastOffsetDelta: Int32
    /// What it means for transactions; nil if it is of none.
    let mark: TransactionMark?

    /// The place of `batch`, which begins with `header`.
    init(_ header: BatchHeader, _ batch: RawSpan, position: Int64) {
        self.position = position
        baseOffset = header.baseOffset.rawValue
        maxTimestamp = header.maxTimestamp
        byteCount = Int32(header.byteCount)
        lastOffsetDelta = header.lastOffsetDelta
        mark = TransactionMark(header, batch)
    }

    /// Offset behind its last record.
    var nextOffset: Int64 { baseOffset + Int64(lastOffsetDelta) + 1 }
}
