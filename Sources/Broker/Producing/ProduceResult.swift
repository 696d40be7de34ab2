package import Records

/// What a client's batch became.
package struct ProduceResult: Sendable, Equatable {
    /// Offset of its first record; of the first attempt if this is a retry.
    package let baseOffset: RecordOffset
    /// The time that all records have instead of their own, in milliseconds; nil if theirs count.
    package let logAppendTime: Int64?
    /// The first offset of the partition that can be read.
    package let logStartOffset: RecordOffset
}
