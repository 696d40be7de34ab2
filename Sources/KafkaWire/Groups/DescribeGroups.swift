/// Asks for the members of groups.
///
/// Fields and versions: Kafka protocol guide, "DescribeGroups" (key 15).
package struct DescribeGroupsRequest: KafkaRequest {
    package typealias Response = DescribeGroupsResponse

    package static let api = KafkaAPI.describeGroups

    package var groups: [String] = []
    package var includeAuthorizedOperations = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&groups)
        if coder.version >= 3 { try coder.bool(&includeAuthorizedOperations) }
    }
}

/// The groups.
package struct DescribeGroupsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var groups: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.array(&groups)
    }

    /// One group.
    package struct Group: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var groupID = ""
        package var groupState = ""
        package var protocolType = ""
        package var protocolData = ""
        package var members: [Member] = []
        package var authorizedOperations: Int32 = .min

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.string(&groupID)
            try coder.string(&groupState)
            try coder.string(&protocolType)
            try coder.string(&protocolData)
            try coder.array(&members)
            if coder.version >= 3 { try coder.int32(&authorizedOperations) }
        }

        /// One member.
        package struct Member: WireMessage {
            package var memberID = ""
            package var groupInstanceID: String? = nil
            package var clientID = ""
            package var clientHost = ""
            package var memberMetadata: [UInt8] = []
            package var memberAssignment: [UInt8] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&memberID)
                if coder.version >= 4 { try coder.nullableString(&groupInstanceID) }
                try coder.string(&clientID)
                try coder.string(&clientHost)
                try coder.bytes(&memberMetadata)
                try coder.bytes(&memberAssignment)
            }
        }
    }
}
