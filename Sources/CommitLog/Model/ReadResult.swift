package import Records

/// What a read has appended to the caller's buffer.
package struct ReadResult: Sendable, Equatable {
    /// Where each batch lies in the buffer, in the order of offsets.
    package let batches: [Range<Int>]
    /// Where to read on: behind the last batch, or the offset asked for if there is none.
    package let nextOffset: RecordOffset
    /// The partition's end at the time of the read.
    package let highWatermark: RecordOffset
}
