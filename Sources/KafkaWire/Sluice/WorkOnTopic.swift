/// Asks for work on a topic that would be done some time anyway, or for what is known of its blocks.
///
/// Sluice's own (``KafkaAPI/workOnTopic``); its fields are named nowhere else.
package struct WorkOnTopicRequest: KafkaRequest {
    package typealias Response = WorkOnTopicResponse

    package static let api = KafkaAPI.workOnTopic

    package var name = ""
    /// ``Work``.
    package var work: Int8 = 0
    /// Of a survey: the filter's definition.
    package var filter: [UInt8] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&name)
        try coder.int8(&work)
        try coder.bytes(&filter)
    }
}

/// What was done or found.
package struct WorkOnTopicResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?
    /// Of a summary: segments, blocks; of a survey: blocks, records, blocks without a summary,
    /// records that are not sealed, and blocks, records and bytes that can be passed over.
    package var figures: [Int64] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.int64s(&figures)
    }
}

extension WorkOnTopicRequest {
    /// Kinds of work.
    package enum Work: Int8, Sendable {
        /// Compacts it now, however clean it is.
        case compact = 0
        /// Makes the summaries that its subscriptions need.
        case summarize = 1
        /// Counts blocks that the filter could pass over.
        case survey = 2
    }
}
