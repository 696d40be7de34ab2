/// Takes members out of a group.
///
/// Fields and versions: Kafka protocol guide, "LeaveGroup" (key 13).
package struct LeaveGroupRequest: KafkaRequest {
    package typealias Response = LeaveGroupResponse

    package static let api = KafkaAPI.leaveGroup

    package var groupID = ""
    package var memberID = ""
    package var members: [Member] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        if coder.version <= 2 { try coder.string(&memberID) }
        if coder.version >= 3 { try coder.array(&members) }
    }

    /// One member.
    package struct Member: WireMessage {
        package var memberID = ""
        package var groupInstanceID: String? = nil
        package var reason: String? = nil

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&memberID)
            try coder.nullableString(&groupInstanceID)
            if coder.version >= 5 { try coder.nullableString(&reason) }
        }
    }
}

/// What became of each member.
package struct LeaveGroupResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var members: [Member] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.errorCode(&errorCode)
        if coder.version >= 3 { try coder.array(&members) }
    }

    /// One member.
    package struct Member: WireMessage {
        package var memberID = ""
        package var groupInstanceID: String? = ""
        package var errorCode = KafkaErrorCode.none

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&memberID)
            try coder.nullableString(&groupInstanceID)
            try coder.errorCode(&errorCode)
        }
    }
}
