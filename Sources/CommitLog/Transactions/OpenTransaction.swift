package import Records

/// Records of a producer in a partition whose transaction is not decided.
package struct OpenTransaction: Sendable, Equatable {
    package let partition: PartitionID
    package let producerID: Int64
    /// The producer's epoch there; 0 if it is not known any more.
    package let epoch: Int16
    /// Offset of its first record.
    package let first: RecordOffset
}
