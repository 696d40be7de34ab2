package import Records

/// What a frame became.
package struct AppendReceipt: Sendable, Equatable {
    /// The first offset given to each ``FrameEntry/batches(_:_:)``, in their order.
    package let baseOffsets: [RecordOffset]
    /// Where the frame ends: what ``CommitLog/waitForAppend(after:timeout:)`` takes.
    package let position: LogPosition
    /// Whether nothing was written, because every batch is a producer's retry of one that is there.
    ///
    /// ``baseOffsets`` are those that it got then. What is there is as durable as was asked for.
    package let isDuplicate: Bool

    init(baseOffsets: [RecordOffset], position: LogPosition, isDuplicate: Bool = false) {
        self.baseOffsets = baseOffsets
        self.position = position
        self.isDuplicate = isDuplicate
    }
}
