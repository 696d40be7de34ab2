/// A batch that a producer has appended, as far as a retry of it has to be known.
struct SequencedBatch: Sendable, Equatable {
    let firstSequence: Int32
    let lastOffsetDelta: Int32
    let baseOffset: Int64

    /// Sequence of its last record: they wrap from `Int32.max` to 0.
    var lastSequence: Int32 { Self.advance(firstSequence, by: Int64(lastOffsetDelta)) }

    /// The sequence that the producer's next batch begins with.
    var nextSequence: Int32 { Self.advance(firstSequence, by: Int64(lastOffsetDelta) + 1) }

    private static func advance(_ sequence: Int32, by count: Int64) -> Int32 {
        Int32((Int64(sequence) + count) % (Int64(Int32.max) + 1))
    }
}
