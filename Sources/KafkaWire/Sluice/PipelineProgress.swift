/// Asks what a pipeline has committed last.
///
/// Sluice's own (``KafkaAPI/pipelineProgress``); its fields are named nowhere else.
package struct PipelineProgressRequest: KafkaRequest {
    package typealias Response = PipelineProgressResponse

    package static let api = KafkaAPI.pipelineProgress

    package var pipeline = ""
    /// The last key that was told before; nil to begin.
    package var after: [UInt8]?

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&pipeline)
        try coder.nullableBytes(&after)
    }
}

/// The progress; its state comes in parts, by ascending keys.
package struct PipelineProgressResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?
    package var isKnown = false
    package var keylessCount: Int64 = 0
    package var splits: [Split] = []
    package var state: [Entry] = []
    /// Whether no keys follow.
    package var isComplete = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.bool(&isKnown)
        try coder.int64(&keylessCount)
        try coder.array(&splits)
        try coder.array(&state)
        try coder.bool(&isComplete)
    }

    /// Where a split goes on.
    package struct Split: WireMessage {
        package var name = ""
        package var position: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.bytes(&position)
        }
    }

    /// A key of the state and its value; nil removes it.
    package struct Entry: WireMessage {
        package var key: [UInt8] = []
        package var value: [UInt8]?

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.bytes(&key)
            try coder.nullableBytes(&value)
        }
    }
}
