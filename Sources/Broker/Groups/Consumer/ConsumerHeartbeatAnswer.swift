/// What a member of a consumer group is told.
package struct ConsumerHeartbeatAnswer: Sendable, Equatable {
    package let memberID: String
    /// To be given with the next heartbeat, and with positions that are committed.
    package let epoch: Int32
    /// All that the member may read from now on; nil if that has not changed.
    package let assignment: PartitionSet?
    /// When the member is to come again.
    package let interval: Duration
}
