import Records

/// What a batch says of its producer: the part of its header that sequences are checked by.
struct ProducerBatch: Sendable, Equatable {
    /// Which of its entry's batches it is.
    let index: Int
    let producerID: Int64
    let epoch: Int16
    /// Number of its first record among those of the producer to the partition; below 0 for
    /// batches that are not numbered: those of a coordinator.
    let firstSequence: Int32
    let lastOffsetDelta: Int32
    /// Whether it is a control batch: it may always be appended, since only a coordinator does it.
    let isMarker: Bool
    var baseOffset: Int64
    /// Wall clock of its frame, milliseconds.
    var timestamp: Int64

    /// The producer of a batch; nil if it has none.
    init?(_ header: BatchHeader, index: Int, timestamp: Int64 = 0) {
        guard header.producerID >= 0 else { return nil }
        self.index = index
        producerID = header.producerID
        epoch = header.producerEpoch
        firstSequence = header.baseSequence
        lastOffsetDelta = header.lastOffsetDelta
        isMarker = header.attributes.isControl
        baseOffset = header.baseOffset.rawValue
        self.timestamp = timestamp
    }

    /// Whether its sequence is compared with those before.
    var isNumbered: Bool { !isMarker && firstSequence >= 0 }
}
