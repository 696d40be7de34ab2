/// Creates topics.
///
/// Fields and versions: Kafka protocol guide, "CreateTopics" (key 19).
package struct CreateTopicsRequest: KafkaRequest {
    package typealias Response = CreateTopicsResponse

    package static let api = KafkaAPI.createTopics

    package var topics: [Topic] = []
    package var timeoutMilliseconds: Int32 = 60000
    package var validateOnly = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&topics)
        try coder.int32(&timeoutMilliseconds)
        if coder.version >= 1 { try coder.bool(&validateOnly) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var numPartitions: Int32 = 0
        package var replicationFactor: Int16 = 0
        package var assignments: [Assignment] = []
        package var configs: [Config] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.int32(&numPartitions)
            try coder.int16(&replicationFactor)
            try coder.array(&assignments)
            try coder.array(&configs)
        }

        /// One of ``assignments``.
        package struct Assignment: WireMessage {
            package var index: Int32 = 0
            package var brokerIDs: [Int32] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.int32s(&brokerIDs)
            }
        }

        /// One setting.
        package struct Config: WireMessage {
            package var name = ""
            package var value: String? = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.nullableString(&value)
            }
        }
    }
}

/// What became of each topic.
package struct CreateTopicsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 2 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var topicID = WireUUID.zero
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""
        package var numPartitions: Int32 = -1
        package var replicationFactor: Int16 = -1
        package var configs: [Config]? = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            if coder.version >= 7 { try coder.uuid(&topicID) }
            try coder.errorCode(&errorCode)
            if coder.version >= 1 { try coder.nullableString(&errorMessage) }
            if coder.version >= 5 {
                try coder.int32(&numPartitions)
                try coder.int16(&replicationFactor)
                try coder.nullableArray(&configs)
            }
        }

        /// One setting.
        package struct Config: WireMessage {
            package var name = ""
            package var value: String? = ""
            package var readOnly = false
            package var configSource: Int8 = -1
            package var isSensitive = false

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.nullableString(&value)
                try coder.bool(&readOnly)
                try coder.int8(&configSource)
                try coder.bool(&isSensitive)
            }
        }
    }
}
