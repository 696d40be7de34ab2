package import Records

/// A position that a group keeps, as a client sends it.
package struct OffsetToKeep: Sendable {
    /// Topic or subscription.
    package let stream: String
    package let partition: Int32
    package let offset: RecordOffset
    /// As the reader has seen it; -1 if it does not say (KIP-320).
    package let leaderEpoch: Int32
    /// Words of the reader's own.
    package let metadata: String

    package init(
        stream: String, partition: Int32, offset: RecordOffset, leaderEpoch: Int32 = -1,
        metadata: String = ""
    ) {
        self.stream = stream
        self.partition = partition
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}
