package import Records

/// What a frame became.
package struct AppendReceipt: Sendable, Equatable {
    /// The first offset given to each ``FrameEntry/batches(_:_:)``, in their order.
    package let baseOffsets: [RecordOffset]
    /// Where the frame ends: what ``CommitLog/waitForAppend(after:timeout:)`` takes.
    package let position: LogPosition
}
