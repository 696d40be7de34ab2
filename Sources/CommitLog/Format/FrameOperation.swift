/// One change of a frame as the log's state takes it: what ``FrameEntry`` says, with batches
/// replaced by where they lie.
enum FrameOperation: Sendable, Equatable {
    /// Where the batches lie, and what those that have a producer say of it.
    case batches(PartitionID, [BatchPlace], [ProducerBatch])
    case put(table: UInt8, key: [UInt8], value: [UInt8])
    case remove(table: UInt8, key: [UInt8])
    case removePrefix(table: UInt8, prefix: [UInt8])
    case createPartition(PartitionID, topic: String, index: Int32, options: PartitionOptions)
    case removePartition(PartitionID)
    case alterPartition(PartitionID, PartitionOptions)
    case removeBefore(PartitionID, offset: Int64, reason: RemovalReason)
}
