/// Asks which groups there are.
///
/// Fields and versions: Kafka protocol guide, "ListGroups" (key 16).
package struct ListGroupsRequest: KafkaRequest {
    package typealias Response = ListGroupsResponse

    package static let api = KafkaAPI.listGroups

    package var statesFilter: [String] = []
    package var typesFilter: [String] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 4 { try coder.strings(&statesFilter) }
        if coder.version >= 5 { try coder.strings(&typesFilter) }
    }
}

/// The groups.
package struct ListGroupsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var groups: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.errorCode(&errorCode)
        try coder.array(&groups)
    }

    /// One group.
    package struct Group: WireMessage {
        package var groupID = ""
        package var protocolType = ""
        package var groupState = ""
        package var groupType = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&groupID)
            try coder.string(&protocolType)
            if coder.version >= 4 { try coder.string(&groupState) }
            if coder.version >= 5 { try coder.string(&groupType) }
        }
    }
}
