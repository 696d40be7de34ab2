/// Keeps a group's positions.
///
/// Fields and versions: Kafka protocol guide, "OffsetCommit" (key 8).
package struct OffsetCommitRequest: KafkaRequest {
    package typealias Response = OffsetCommitResponse

    package static let api = KafkaAPI.offsetCommit
    /// The first version whose ``generationIDOrMemberEpoch`` may be an epoch (KIP-848).
    package static let epochsSince: Int16 = 9

    package var groupID = ""
    package var generationIDOrMemberEpoch: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String? = nil
    package var retentionTimeMilliseconds: Int64 = -1
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&groupID)
        try coder.int32(&generationIDOrMemberEpoch)
        try coder.string(&memberID)
        if coder.version >= 7 { try coder.nullableString(&groupInstanceID) }
        if (2...4).contains(coder.version) { try coder.int64(&retentionTimeMilliseconds) }
        try coder.array(&topics)
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
            package var commitTimestamp: Int64 = -1
            package var committedMetadata: String? = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.int64(&committedOffset)
                if coder.version >= 6 { try coder.int32(&committedLeaderEpoch) }
                if coder.version <= 1 { try coder.int64(&commitTimestamp) }
                try coder.nullableString(&committedMetadata)
            }
        }
    }
}

/// Which positions were kept.
package struct OffsetCommitResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 { try coder.int32(&throttleTimeMilliseconds) }
        try coder.array(&topics)
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
            package var errorCode = KafkaErrorCode.none

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&errorCode)
            }
        }
    }
}
