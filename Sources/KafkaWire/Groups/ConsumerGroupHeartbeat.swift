/// Joins a group of the consumer protocol (KIP-848), tells it what its member has and wants, lives in
/// it, and leaves it.
///
/// Fields and versions: Kafka protocol guide, "ConsumerGroupHeartbeat" (key 68).
package struct ConsumerGroupHeartbeatRequest: KafkaRequest {
    package typealias Response = ConsumerGroupHeartbeatResponse

    package static let api = KafkaAPI.consumerGroupHeartbeat

    package var groupID = ""
    package var memberID = ""
    /// 0 joins, -1 leaves, -2 leaves for a moment.
    package var memberEpoch: Int32 = 0
    /// Nil here and in what follows, and -1: as in the member's last request.
    package var instanceID: String? = nil
    package var rackID: String? = nil
    package var rebalanceTimeoutMilliseconds: Int32 = -1
    package var subscribedTopicNames: [String]? = nil
    package var subscribedTopicRegex: String? = nil
    package var serverAssignor: String? = nil
    /// What the member has.
    package var topicPartitions: [TopicIDPartitions]? = nil

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        try coder.string(&memberID)
        try coder.int32(&memberEpoch)
        try coder.nullableString(&instanceID)
        try coder.nullableString(&rackID)
        try coder.int32(&rebalanceTimeoutMilliseconds)
        try coder.nullableStrings(&subscribedTopicNames)
        if coder.version >= 1 { try coder.nullableString(&subscribedTopicRegex) }
        try coder.nullableString(&serverAssignor)
        try coder.nullableArray(&topicPartitions)
    }
}

/// What the member is to do.
package struct ConsumerGroupHeartbeatResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var errorMessage: String? = nil
    package var memberID: String? = nil
    package var memberEpoch: Int32 = 0
    package var heartbeatIntervalMilliseconds: Int32 = 0
    /// Nil if it has not changed.
    package var assignment: Assignment? = nil

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.nullableString(&memberID)
        try coder.int32(&memberEpoch)
        try coder.int32(&heartbeatIntervalMilliseconds)
        try coder.nullableStructure(&assignment)
    }

    /// What the member may read at once, and nothing else.
    package struct Assignment: WireMessage {
        package var topicPartitions: [TopicIDPartitions] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.array(&topicPartitions)
        }
    }
}
