/// Up to where one partition's records are too old or too many.
///
/// Pure: it is fed pieces (segments, blocks, batches) from the oldest on, and says how many of them go.
struct RetentionCut: Sendable {
    /// What is removed or kept as a whole.
    struct Piece: Sendable {
        /// Offset behind it.
        let end: Int64
        let maxTimestamp: Int64
        let byteCount: Int64
    }
    /// Records with earlier timestamps go; nil if age does not matter.
    let horizon: Int64?
    /// Bytes beyond what is to be kept.
    private(set) var excess: Int64
    /// Records before go for their age.
    private(set) var ageEnd: Int64
    /// Records before go for their bytes.
    private(set) var sizeEnd: Int64
    private var isYoung = false
    private var isSmall = false

    /// A cut that removes nothing yet.
    init(start: Int64, horizon: Int64?, excess: Int64) {
        self.horizon = horizon
        self.excess = excess
        (ageEnd, sizeEnd) = (start, start)
    }

    /// Whether later pieces stay whatever they are.
    var isDecided: Bool { (isYoung || horizon == nil) && (isSmall || excess <= 0) }

    /// Whether a piece goes as a whole; if not, its parts may.
    func removes(_ piece: Piece) -> Bool {
        !isYoung && isOld(piece) || !isSmall && excess > 0 && piece.byteCount <= excess
    }

    /// Takes the next piece; it is not divided any further.
    mutating func take(_ piece: Piece) {
        if !isYoung, isOld(piece) { ageEnd = piece.end } else { isYoung = true }
        // As in Kafka: what stays is never less than what is to be kept.
        if !isSmall, excess > 0, piece.byteCount <= excess {
            excess -= piece.byteCount
            sizeEnd = piece.end
        } else {
            isSmall = true
        }
    }

    private func isOld(_ piece: Piece) -> Bool {
        guard let horizon else { return false }
        // -1 says that the producer gave no time: nobody knows that it is old.
        return piece.maxTimestamp < horizon && piece.maxTimestamp != -1
    }
}
