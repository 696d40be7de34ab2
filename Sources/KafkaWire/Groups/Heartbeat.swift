/// Says that a member is alive.
///
/// Fields and versions: Kafka protocol guide, "Heartbeat" (key 12).
package struct HeartbeatRequest: KafkaRequest {
    package typealias Response = HeartbeatResponse

    package static let api = KafkaAPI.heartbeat

    package var groupID = ""
    package var generationID: Int32 = 0
    package var memberID = ""
    package var groupInstanceID: String? = nil

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        try coder.int32(&generationID)
        try coder.string(&memberID)
        if coder.version >= 3 { try coder.nullableString(&groupInstanceID) }
    }
}

/// Whether the member goes on.
package struct HeartbeatResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.errorCode(&errorCode)
    }
}
