/// Says what is worth knowing of a sealed block, so that a reader with a filter can pass it over
/// unread.
///
/// The log keeps what it says beside the segment and does not look into it: a hint, whose loss
/// costs time only.
package protocol BlockSummarizer {
    /// Appends the summary of a stored batch to `bytes`; nothing if there is nothing to say.
    ///
    /// Used by one thread at a time. O(bytes of the block).
    mutating func summarize(_ block: RawSpan, into bytes: inout [UInt8])

    /// Whether a summary that was made before says all that this one would.
    func covers(_ summary: RawSpan) -> Bool
}
