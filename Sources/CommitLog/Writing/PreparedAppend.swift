/// A frame that is checked, coded and ready to be offered to the writer, as often as it takes.
package struct PreparedAppend: Sendable {
    /// What became of an offer.
    package enum Offer: Sendable, Equatable {
        /// The answer will be called.
        case accepted
        /// The queue is full, or sealing is far behind: offer it again later.
        case full
    }

    let submission: Submission
    /// Bytes in the log.
    let weight: Int
}
