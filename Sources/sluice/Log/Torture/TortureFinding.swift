/// Something that a log must never do.
struct TortureFinding {
    enum Kind: String, CaseIterable {
        /// An acknowledged record or value is not there, and nobody says so.
        case lost
        /// A record is there twice.
        case duplicated
        /// A record has another offset than it was given, or its producer's order is not kept.
        case outOfOrder = "out of order"
        /// A part of a frame is there.
        case partial
        /// Bytes were given out that nobody wrote.
        case invented
        /// Damage that neither opening nor `log verify` has named.
        case unnamed
        /// The log refused what it must take, or took what it must refuse.
        case misbehaved
    }
    let kind: Kind
    let text: String
}
