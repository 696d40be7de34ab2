/// Asks for positions of groups.
///
/// Fields and versions: Kafka protocol guide, "OffsetFetch" (key 9).
package struct OffsetFetchRequest: KafkaRequest {
    package typealias Response = OffsetFetchResponse

    package static let api = KafkaAPI.offsetFetch

    package var groupID = ""
    package var topics: [Topic]? = []
    package var groups: [Group] = []
    package var requireStable = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version <= 7 {
            try coder.string(&groupID)
            if coder.version >= 2 {
                try coder.nullableArray(&topics)
            } else {
                try coder.presentArray(&topics)
            }
        }
        if coder.version >= 8 { try coder.array(&groups) }
        if coder.version >= 7 { try coder.bool(&requireStable) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var indexes: [Int32] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.int32s(&indexes)
        }
    }

    /// One group.
    package struct Group: WireMessage {
        package var groupID = ""
        package var memberID: String? = nil
        package var memberEpoch: Int32 = -1
        package var topics: [GroupTopic]? = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&groupID)
            if coder.version >= 9 {
                try coder.nullableString(&memberID)
                try coder.int32(&memberEpoch)
            }
            try coder.nullableArray(&topics)
        }

        /// One of ``topics``.
        package struct GroupTopic: WireMessage {
            package var name = ""
            package var indexes: [Int32] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.int32s(&indexes)
            }
        }
    }
}

/// The positions.
package struct OffsetFetchResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []
    package var errorCode = KafkaErrorCode.none
    package var groups: [Group] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 { try coder.int32(&throttleTimeMilliseconds) }
        if coder.version <= 7 { try coder.array(&topics) }
        if (2...7).contains(coder.version) { try coder.errorCode(&errorCode) }
        if coder.version >= 8 { try coder.array(&groups) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var committedOffset: Int64 = 0
            package var committedLeaderEpoch: Int32 = -1
            package var metadata: String? = ""
            package var errorCode = KafkaErrorCode.none

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.int64(&committedOffset)
                if coder.version >= 5 { try coder.int32(&committedLeaderEpoch) }
                try coder.nullableString(&metadata)
                try coder.errorCode(&errorCode)
            }
        }
    }

    /// One group.
    package struct Group: WireMessage {
        package var groupID = ""
        package var topics: [GroupTopic] = []
        package var errorCode = KafkaErrorCode.none

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&groupID)
            try coder.array(&topics)
            try coder.errorCode(&errorCode)
        }

        /// One of ``topics``.
        package struct GroupTopic: WireMessage {
            package var name = ""
            package var partitions: [GroupPartition] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.array(&partitions)
            }

            /// One of ``partitions``.
            package struct GroupPartition: WireMessage {
                package var index: Int32 = 0
                package var committedOffset: Int64 = 0
                package var committedLeaderEpoch: Int32 = -1
                package var metadata: String? = ""
                package var errorCode = KafkaErrorCode.none

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int32(&index)
                    try coder.int64(&committedOffset)
                    try coder.int32(&committedLeaderEpoch)
                    try coder.nullableString(&metadata)
                    try coder.errorCode(&errorCode)
                }
            }
        }
    }
}
