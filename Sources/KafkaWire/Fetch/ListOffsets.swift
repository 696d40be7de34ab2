/// Asks for offsets by time, or for the ends of partitions.
///
/// Fields and versions: Kafka protocol guide, "ListOffsets" (key 2).
package struct ListOffsetsRequest: KafkaRequest {
    package typealias Response = ListOffsetsResponse

    package static let api = KafkaAPI.listOffsets

    package var replicaID: Int32 = 0
    package var isolationLevel: Int8 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&replicaID)
        if coder.version >= 2 { try coder.int8(&isolationLevel) }
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
            package var currentLeaderEpoch: Int32 = -1
            package var timestamp: Int64 = 0

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                if coder.version >= 4 { try coder.int32(&currentLeaderEpoch) }
                try coder.int64(&timestamp)
            }
        }
    }
}

/// The offsets.
package struct ListOffsetsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 2 { try coder.int32(&throttleTimeMilliseconds) }
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
            package var timestamp: Int64 = -1
            package var offset: Int64 = -1
            package var leaderEpoch: Int32 = -1

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&errorCode)
                try coder.int64(&timestamp)
                try coder.int64(&offset)
                if coder.version >= 4 { try coder.int32(&leaderEpoch) }
            }
        }
    }
}
