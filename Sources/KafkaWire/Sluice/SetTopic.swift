/// Creates a topic, or gives one other settings.
///
/// Sluice's own (``KafkaAPI/setTopic``); its fields are named nowhere else.
package struct SetTopicRequest: KafkaRequest {
    package typealias Response = SetTopicResponse

    package static let api = KafkaAPI.setTopic

    package var name = ""
    package var creates = false
    /// Of a topic that is created.
    package var partitionCount: Int32 = 0
    /// raw, json or csv; nil leaves it.
    package var format: String?
    /// Of CSV.
    package var columns: [String] = []
    /// Whether the settings below replace all of the topic's.
    package var setsConfigs = false
    package var configs: [Config] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&name)
        try coder.bool(&creates)
        try coder.int32(&partitionCount)
        try coder.nullableString(&format)
        try coder.strings(&columns)
        try coder.bool(&setsConfigs)
        try coder.array(&configs)
    }

    /// One setting, under its name in topics' configurations.
    package struct Config: WireMessage {
        package var name = ""
        package var value = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.string(&value)
        }
    }
}

/// Whether it was done.
package struct SetTopicResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
    }
}
