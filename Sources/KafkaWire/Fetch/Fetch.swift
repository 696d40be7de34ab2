/// Asks for record batches from offsets on.
///
/// Fields and versions: Kafka protocol guide, "Fetch" (key 1).
package struct FetchRequest: KafkaRequest {
    package typealias Response = FetchResponse

    package static let api = KafkaAPI.fetch

    package var replicaID: Int32 = -1
    package var maxWaitMilliseconds: Int32 = 0
    package var minBytes: Int32 = 0
    package var maxBytes: Int32 = .max
    package var isolationLevel: Int8 = 0
    package var sessionID: Int32 = 0
    package var sessionEpoch: Int32 = -1
    package var topics: [Topic] = []
    package var forgottenTopicsData: [ForgottenTopic] = []
    package var rackID = ""

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version <= 14 { try coder.int32(&replicaID) }
        try coder.int32(&maxWaitMilliseconds)
        try coder.int32(&minBytes)
        try coder.int32(&maxBytes)
        try coder.int8(&isolationLevel)
        if coder.version >= 7 {
            try coder.int32(&sessionID)
            try coder.int32(&sessionEpoch)
        }
        try coder.array(&topics)
        if coder.version >= 7 { try coder.array(&forgottenTopicsData) }
        if coder.version >= 11 { try coder.string(&rackID) }
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var topic = ""
        package var topicID = WireUUID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            if coder.version <= 12 { try coder.string(&topic) }
            if coder.version >= 13 { try coder.uuid(&topicID) }
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var currentLeaderEpoch: Int32 = -1
            package var fetchOffset: Int64 = 0
            package var lastFetchedEpoch: Int32 = -1
            package var logStartOffset: Int64 = -1
            package var partitionMaxBytes: Int32 = 0

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                if coder.version >= 9 { try coder.int32(&currentLeaderEpoch) }
                try coder.int64(&fetchOffset)
                if coder.version >= 12 { try coder.int32(&lastFetchedEpoch) }
                if coder.version >= 5 { try coder.int64(&logStartOffset) }
                try coder.int32(&partitionMaxBytes)
            }
        }
    }

    /// One of ``forgottenTopicsData``.
    package struct ForgottenTopic: WireMessage {
        package var topic = ""
        package var topicID = WireUUID.zero
        package var partitions: [Int32] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            if coder.version <= 12 { try coder.string(&topic) }
            if coder.version >= 13 { try coder.uuid(&topicID) }
            try coder.int32s(&partitions)
        }
    }
}

/// Record batches.
package struct FetchResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var sessionID: Int32 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        if coder.version >= 7 {
            try coder.errorCode(&errorCode)
            try coder.int32(&sessionID)
        }
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var topic = ""
        package var topicID = WireUUID.zero
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            if coder.version <= 12 { try coder.string(&topic) }
            if coder.version >= 13 { try coder.uuid(&topicID) }
            try coder.array(&partitions)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var errorCode = KafkaErrorCode.none
            package var highWatermark: Int64 = 0
            package var lastStableOffset: Int64 = -1
            package var logStartOffset: Int64 = -1
            package var abortedTransactions: [AbortedTransaction]? = []
            package var preferredReadReplica: Int32 = -1
            package var records = WireRecords()

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&errorCode)
                try coder.int64(&highWatermark)
                try coder.int64(&lastStableOffset)
                if coder.version >= 5 { try coder.int64(&logStartOffset) }
                try coder.nullableArray(&abortedTransactions)
                if coder.version >= 11 { try coder.int32(&preferredReadReplica) }
                try coder.records(&records)
            }

            /// One of ``abortedTransactions``.
            package struct AbortedTransaction: WireMessage {
                package var producerID: Int64 = 0
                package var firstOffset: Int64 = 0

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int64(&producerID)
                    try coder.int64(&firstOffset)
                }
            }
        }
    }
}
