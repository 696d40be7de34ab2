/// Whoever wants to know that partitions have grown.
package protocol AppendObserver: Sendable {
    /// Called on the writer's thread, which must not be kept waiting, after readers can see the
    /// records of a group; a partition may be named more than once.
    func partitionsGrew(_ partitions: [PartitionID])
}
