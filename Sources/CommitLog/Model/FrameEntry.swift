package import Records

/// One change of a frame.
package enum FrameEntry: Sendable, Equatable {
    /// Record batches v2, one or several, one behind the other. Their base offsets and leader
    /// epochs are set by the log; everything else is stored as given.
    case batches(PartitionID, [UInt8])
    /// Sets a value of the durable keyed state.
    case put(table: UInt8, key: [UInt8], value: [UInt8])
    /// Removes a value; nothing happens if there is none.
    case remove(table: UInt8, key: [UInt8])
    /// Removes every value whose key begins so.
    case removePrefix(table: UInt8, prefix: [UInt8])
    /// Creates a partition. The identity must be above all that ever were (``CommitLog/nextPartitionID``),
    /// the pair of topic and index must be free.
    case createPartition(
        PartitionID, topic: String, index: Int32, options: PartitionOptions = .init())
    /// Removes a partition with all its records.
    case removePartition(PartitionID)
    /// Gives a partition other options, for what it holds and for what comes.
    case alterPartition(PartitionID, PartitionOptions)
    /// Moves the first offset that can be read up to `offset`, at most the partition's end; nothing
    /// happens if it is there already. The end never moves.
    case removeBefore(PartitionID, offset: RecordOffset, reason: RemovalReason = .request)
}
