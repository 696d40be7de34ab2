/// Deletes groups.
///
/// Fields and versions: Kafka protocol guide, "DeleteGroups" (key 42).
package struct DeleteGroupsRequest: KafkaRequest {
    package typealias Response = DeleteGroupsResponse

    package static let api = KafkaAPI.deleteGroups

    package var groupsNames: [String] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&groupsNames)
    }
}

/// What became of each group.
package struct DeleteGroupsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var results: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&results)
    }

    /// One group.
    package struct Group: WireMessage {
        package var groupID = ""
        package var errorCode = KafkaErrorCode.none

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&groupID)
            try coder.errorCode(&errorCode)
        }
    }
}
