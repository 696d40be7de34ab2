/// Gives topics more partitions.
///
/// Fields and versions: Kafka protocol guide, "CreatePartitions" (key 37).
package struct CreatePartitionsRequest: KafkaRequest {
    package typealias Response = CreatePartitionsResponse

    package static let api = KafkaAPI.createPartitions

    package var topics: [Topic] = []
    package var timeoutMilliseconds: Int32 = 0
    package var validateOnly = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&topics)
        try coder.int32(&timeoutMilliseconds)
        try coder.bool(&validateOnly)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var count: Int32 = 0
        package var assignments: [Assignment]? = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.int32(&count)
            try coder.nullableArray(&assignments)
        }

        /// One of ``assignments``.
        package struct Assignment: WireMessage {
            package var brokerIDs: [Int32] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32s(&brokerIDs)
            }
        }
    }
}

/// What became of each topic.
package struct CreatePartitionsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var results: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&results)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = nil

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
        }
    }
}
