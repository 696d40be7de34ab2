/// Deletes topics.
///
/// Fields and versions: Kafka protocol guide, "DeleteTopics" (key 20).
package struct DeleteTopicsRequest: KafkaRequest {
    package typealias Response = DeleteTopicsResponse

    package static let api = KafkaAPI.deleteTopics

    package var topics: [Topic] = []
    package var topicNames: [String] = []
    package var timeoutMilliseconds: Int32 = 0

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 6 { try coder.array(&topics) }
        if coder.version <= 5 { try coder.strings(&topicNames) }
        try coder.int32(&timeoutMilliseconds)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name: String? = nil
        package var topicID = WireUUID.zero

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.nullableString(&name)
            try coder.uuid(&topicID)
        }
    }
}

/// What became of each topic.
package struct DeleteTopicsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name: String? = ""
        package var topicID = WireUUID.zero
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = nil

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            if coder.version >= 6 {
                try coder.nullableString(&name)
            } else {
                try coder.presentString(&name)
            }
            if coder.version >= 6 { try coder.uuid(&topicID) }
            try coder.errorCode(&errorCode)
            if coder.version >= 5 { try coder.nullableString(&errorMessage) }
        }
    }
}
