/// Asks where groups go on, on all that they read.
///
/// Sluice's own (``KafkaAPI/groupPositions``); its fields are named nowhere else.
package struct GroupPositionsRequest: KafkaRequest {
    package typealias Response = GroupPositionsResponse

    package static let api = KafkaAPI.groupPositions

    /// The only one that is wanted; nil for all.
    package var group: String?
    /// The only topic or subscription that is wanted; nil for all.
    package var stream: String?

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.nullableString(&group)
        try coder.nullableString(&stream)
    }
}

/// Positions by group and stream.
package struct GroupPositionsResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?
    package var groups: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.array(&groups)
    }

    /// A group on a topic or subscription.
    package struct Group: WireMessage {
        package var group = ""
        package var stream = ""
        package var positions: [Position] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&group)
            try coder.string(&stream)
            try coder.array(&positions)
        }

        /// Where a group goes on in a partition.
        package struct Position: WireMessage {
            package var partition: Int32 = 0
            package var offset: Int64 = 0
            /// Milliseconds since 1970-01-01 UTC.
            package var savedAt: Int64 = 0
            package var leaderEpoch: Int32 = 0
            package var metadata = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&partition)
                try coder.int64(&offset)
                try coder.int64(&savedAt)
                try coder.int32(&leaderEpoch)
                try coder.string(&metadata)
            }
        }
    }
}
