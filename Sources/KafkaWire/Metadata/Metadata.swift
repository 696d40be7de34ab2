/// Asks which topics there are and who leads their partitions.
///
/// Fields and versions: Kafka protocol guide, "Metadata" (key 3).
package struct MetadataRequest: KafkaRequest {
    package typealias Response = MetadataResponse

    package static let api = KafkaAPI.metadata
    /// The first version in which a topic may be named by its identity alone; the field is older.
    package static let topicIDsSince: Int16 = 12

    package var topics: [Topic]? = []
    package var allowAutoTopicCreation = true
    package var includeClusterAuthorizedOperations = false
    package var includeTopicAuthorizedOperations = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 {
            try coder.nullableArray(&topics)
        } else {
            try coder.presentArray(&topics)
        }
        if coder.version >= 4 { try coder.bool(&allowAutoTopicCreation) }
        if (8...10).contains(coder.version) { try coder.bool(&includeClusterAuthorizedOperations) }
        if coder.version >= 8 { try coder.bool(&includeTopicAuthorizedOperations) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var topicID = WireUUID.zero
        package var name: String? = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            if coder.version >= 10 { try coder.uuid(&topicID) }
            if coder.version >= 10 {
                try coder.nullableString(&name)
            } else {
                try coder.presentString(&name)
            }
        }
    }
}

/// Brokers and topics.
package struct MetadataResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var brokers: [Broker] = []
    package var clusterID: String? = nil
    package var controllerID: Int32 = -1
    package var topics: [Topic] = []
    package var clusterAuthorizedOperations: Int32 = .min

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.array(&brokers)
        if coder.version >= 2 { try coder.nullableString(&clusterID) }
        if coder.version >= 1 { try coder.int32(&controllerID) }
        try coder.array(&topics)
        if (8...10).contains(coder.version) { try coder.int32(&clusterAuthorizedOperations) }
    }

    /// One broker.
    package struct Broker: WireMessage {
        package var nodeID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String? = nil

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int32(&nodeID)
            try coder.string(&host)
            try coder.int32(&port)
            if coder.version >= 1 { try coder.nullableString(&rack) }
        }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var name: String? = ""
        package var topicID = WireUUID.zero
        package var isInternal = false
        package var partitions: [Partition] = []
        package var topicAuthorizedOperations: Int32 = .min

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            if coder.version >= 12 {
                try coder.nullableString(&name)
            } else {
                try coder.presentString(&name)
            }
            if coder.version >= 10 { try coder.uuid(&topicID) }
            if coder.version >= 1 { try coder.bool(&isInternal) }
            try coder.array(&partitions)
            if coder.version >= 8 { try coder.int32(&topicAuthorizedOperations) }
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var errorCode = KafkaErrorCode.none
            package var index: Int32 = 0
            package var leaderID: Int32 = 0
            package var leaderEpoch: Int32 = -1
            package var replicaNodes: [Int32] = []
            package var isrNodes: [Int32] = []
            package var offlineReplicas: [Int32] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.errorCode(&errorCode)
                try coder.int32(&index)
                try coder.int32(&leaderID)
                if coder.version >= 7 { try coder.int32(&leaderEpoch) }
                try coder.int32s(&replicaNodes)
                try coder.int32s(&isrNodes)
                if coder.version >= 5 { try coder.int32s(&offlineReplicas) }
            }
        }
    }
}
