/// Keeps a group's positions if the transaction is committed.
///
/// Fields and versions: Kafka protocol guide, "TxnOffsetCommit" (key 28).
package struct TxnOffsetCommitRequest: KafkaRequest {
    package typealias Response = TxnOffsetCommitResponse

    package static let api = KafkaAPI.txnOffsetCommit

    package var transactionalID = ""
    package var groupID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var generationID: Int32 = -1
    package var memberID = ""
    package var groupInstanceID: String? = nil
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&transactionalID)
        try coder.string(&groupID)
        try coder.int64(&producerID)
        try coder.int16(&producerEpoch)
        if coder.version >= 3 {
            try coder.int32(&generationID)
            try coder.string(&memberID)
            try coder.nullableString(&groupInstanceID)
        }
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
            package var committedMetadata: String? = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.int64(&committedOffset)
                if coder.version >= 2 { try coder.int32(&committedLeaderEpoch) }
                try coder.nullableString(&committedMetadata)
            }
        }
    }
}

/// What became of each position.
package struct TxnOffsetCommitResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
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
