/// Changes single settings of topics.
///
/// Fields and versions: Kafka protocol guide, "IncrementalAlterConfigs" (key 44).
package struct IncrementalAlterConfigsRequest: KafkaRequest {
    package typealias Response = IncrementalAlterConfigsResponse

    package static let api = KafkaAPI.incrementalAlterConfigs

    package var resources: [Resource] = []
    package var validateOnly = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&resources)
        try coder.bool(&validateOnly)
    }

    /// One topic or broker.
    package struct Resource: WireMessage {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configs: [Config] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
            try coder.array(&configs)
        }

        /// One setting.
        package struct Config: WireMessage {
            package var name = ""
            package var configOperation: Int8 = 0
            package var value: String? = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.int8(&configOperation)
                try coder.nullableString(&value)
            }
        }
    }
}

/// What became of each topic.
package struct IncrementalAlterConfigsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var responses: [Resource] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&responses)
    }

    /// One topic or broker.
    package struct Resource: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""
        package var resourceType: Int8 = 0
        package var resourceName = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
        }
    }
}
