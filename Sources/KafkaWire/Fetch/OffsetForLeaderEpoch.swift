/// Asks where the records of a leader's epoch end.
///
/// Fields and versions: Kafka protocol guide, "OffsetForLeaderEpoch" (key 23).
package struct OffsetForLeaderEpochRequest: KafkaRequest {
    package typealias Response = OffsetForLeaderEpochResponse

    package static let api = KafkaAPI.offsetForLeaderEpoch

    package var replicaID: Int32 = -2
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 { try coder.int32(&replicaID) }
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var topic = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&topic)
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var currentLeaderEpoch: Int32 = -1
            package var leaderEpoch: Int32 = 0

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                if coder.version >= 2 { try coder.int32(&currentLeaderEpoch) }
                try coder.int32(&leaderEpoch)
            }
        }
    }
}

/// The ends.
package struct OffsetForLeaderEpochResponse: WireMessage {
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
        package var topic = ""
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&topic)
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var errorCode = KafkaErrorCode.none
            package var index: Int32 = 0
            package var leaderEpoch: Int32 = -1
            package var endOffset: Int64 = -1

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.errorCode(&errorCode)
                try coder.int32(&index)
                if coder.version >= 1 { try coder.int32(&leaderEpoch) }
                try coder.int64(&endOffset)
            }
        }
    }
}
