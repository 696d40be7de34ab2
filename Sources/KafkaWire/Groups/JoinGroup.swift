/// Joins a group, or joins it again in a rebalance.
///
/// Fields and versions: Kafka protocol guide, "JoinGroup" (key 11).
package struct JoinGroupRequest: KafkaRequest {
    package typealias Response = JoinGroupResponse

    package static let api = KafkaAPI.joinGroup

    package var groupID = ""
    package var sessionTimeoutMilliseconds: Int32 = 0
    package var rebalanceTimeoutMilliseconds: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String? = nil
    package var protocolType = ""
    package var protocols: [GroupProtocol] = []
    package var reason: String? = nil

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        try coder.int32(&sessionTimeoutMilliseconds)
        if coder.version >= 1 { try coder.int32(&rebalanceTimeoutMilliseconds) }
        try coder.string(&memberID)
        if coder.version >= 5 { try coder.nullableString(&groupInstanceID) }
        try coder.string(&protocolType)
        try coder.array(&protocols)
        if coder.version >= 8 { try coder.nullableString(&reason) }
    }

    /// One of ``protocols``.
    package struct GroupProtocol: WireMessage {
        package var name = ""
        package var metadata: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.bytes(&metadata)
        }
    }
}

/// The generation that the member is part of.
package struct JoinGroupResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var generationID: Int32 = -1
    package var protocolType: String? = nil
    package var protocolName: String? = ""
    package var leader = ""
    package var skipAssignment = false
    package var memberID = ""
    package var members: [Member] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 2 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.errorCode(&errorCode)
        try coder.int32(&generationID)
        if coder.version >= 7 { try coder.nullableString(&protocolType) }
        if coder.version >= 7 {
            try coder.nullableString(&protocolName)
        } else {
            try coder.presentString(&protocolName)
        }
        try coder.string(&leader)
        if coder.version >= 9 { try coder.bool(&skipAssignment) }
        try coder.string(&memberID)
        try coder.array(&members)
    }

    /// One member.
    package struct Member: WireMessage {
        package var memberID = ""
        package var groupInstanceID: String? = nil
        package var metadata: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&memberID)
            if coder.version >= 5 { try coder.nullableString(&groupInstanceID) }
            try coder.bytes(&metadata)
        }
    }
}
