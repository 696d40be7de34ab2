/// What one frame changes: all of it or, after a crash, nothing of it.
package struct FrameContent: Sendable, Equatable {
    /// In the order in which they take effect.
    package var entries: [FrameEntry]

    package init(_ entries: [FrameEntry]) { self.entries = entries }

    /// A frame that only appends records to one partition.
    package static func batches(_ partition: PartitionID, _ bytes: [UInt8]) -> FrameContent {
        FrameContent([.batches(partition, bytes)])
    }
}
