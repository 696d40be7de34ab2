/// Asks for the members of groups of the consumer protocol (KIP-848).
///
/// Fields and versions: Kafka protocol guide, "ConsumerGroupDescribe" (key 69).
package struct ConsumerGroupDescribeRequest: KafkaRequest {
    package typealias Response = ConsumerGroupDescribeResponse

    package static let api = KafkaAPI.consumerGroupDescribe

    package var groupIDs: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&groupIDs)
        try coder.bool(&includeAuthorizedOperations)
    }
}

/// The groups.
package struct ConsumerGroupDescribeResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&groups)
    }

    /// One group.
    package struct Group: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = nil
        package var groupID = ""
        package var groupState = ""
        package var groupEpoch: Int32 = 0
        package var assignmentEpoch: Int32 = 0
        package var assignorName = ""
        package var members: [Member] = []
        package var authorizedOperations: Int32 = .min

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
            try coder.string(&groupID)
            try coder.string(&groupState)
            try coder.int32(&groupEpoch)
            try coder.int32(&assignmentEpoch)
            try coder.string(&assignorName)
            try coder.array(&members)
            try coder.int32(&authorizedOperations)
        }
    }

    /// One member of a group.
    package struct Member: WireMessage {
        /// The type of a member of the consumer protocol (KIP-1099).
        package static let consumerType: Int8 = 1

        package var memberID = ""
        package var instanceID: String? = nil
        package var rackID: String? = nil
        package var memberEpoch: Int32 = 0
        package var clientID = ""
        package var clientHost = ""
        package var subscribedTopicNames: [String] = []
        package var subscribedTopicRegex: String? = nil
        package var assignment = Assignment()
        package var targetAssignment = Assignment()
        package var memberType: Int8 = -1

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&memberID)
            try coder.nullableString(&instanceID)
            try coder.nullableString(&rackID)
            try coder.int32(&memberEpoch)
            try coder.string(&clientID)
            try coder.string(&clientHost)
            try coder.strings(&subscribedTopicNames)
            try coder.nullableString(&subscribedTopicRegex)
            try coder.structure(&assignment)
            try coder.structure(&targetAssignment)
            if coder.version >= 1 { try coder.int8(&memberType) }
        }
    }

    /// What a member has, or is to have.
    package struct Assignment: WireMessage {
        package var topicPartitions: [TopicPartitions] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.array(&topicPartitions)
        }
    }

    /// Partitions of a topic.
    package struct TopicPartitions: WireMessage {
        package var topicID = WireUUID.zero
        package var topicName = ""
        package var partitions: [Int32] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.uuid(&topicID)
            try coder.string(&topicName)
            try coder.int32s(&partitions)
        }
    }
}
