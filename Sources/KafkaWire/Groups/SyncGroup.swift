/// Brings the leader's assignment, and asks for one's own.
///
/// Fields and versions: Kafka protocol guide, "SyncGroup" (key 14).
package struct SyncGroupRequest: KafkaRequest {
    package typealias Response = SyncGroupResponse

    package static let api = KafkaAPI.syncGroup

    package var groupID = ""
    package var generationID: Int32 = 0
    package var memberID = ""
    package var groupInstanceID: String? = nil
    package var protocolType: String? = nil
    package var protocolName: String? = nil
    package var assignments: [Assignment] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        try coder.int32(&generationID)
        try coder.string(&memberID)
        if coder.version >= 3 { try coder.nullableString(&groupInstanceID) }
        if coder.version >= 5 {
            try coder.nullableString(&protocolType)
            try coder.nullableString(&protocolName)
        }
        try coder.array(&assignments)
    }

    /// One of ``assignments``.
    package struct Assignment: WireMessage {
        package var memberID = ""
        package var assignment: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&memberID)
            try coder.bytes(&assignment)
        }
    }
}

/// The member's assignment.
package struct SyncGroupResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var protocolType: String? = nil
    package var protocolName: String? = nil
    package var assignment: [UInt8] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.errorCode(&errorCode)
        if coder.version >= 5 {
            try coder.nullableString(&protocolType)
            try coder.nullableString(&protocolName)
        }
        try coder.bytes(&assignment)
    }
}
