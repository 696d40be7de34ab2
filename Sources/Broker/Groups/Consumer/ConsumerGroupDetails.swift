/// A group of the consumer protocol as an operator sees it.
package struct ConsumerGroupDetails: Sendable, Equatable {
    /// A member.
    package struct Member: Sendable, Equatable {
        package let id: String
        package let instanceID: String?
        package let rackID: String?
        package let epoch: Int32
        package let clientID: String
        package let clientHost: String
        package let topicNames: [String]
        package let topicPattern: String?
        /// What the member may read.
        package let assigned: [PartitionSet.Topic]
        /// What it is to read.
        package let target: [PartitionSet.Topic]
    }

    package let group: String
    package let phase: ConsumerGroupPhase
    package let epoch: Int32
    package let targetEpoch: Int32
    package let assignor: ServerAssignor
    /// In the order in which they came.
    package let members: [Member]
    /// Of the topics that members read.
    package let topicNames: [TopicID: String]
}
