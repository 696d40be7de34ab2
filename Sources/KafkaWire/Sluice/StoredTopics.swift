/// Asks what topics are and where their records lie on the disk.
///
/// Sluice's own (``KafkaAPI/storedTopics``); its fields are named nowhere else.
package struct StoredTopicsRequest: KafkaRequest {
    package typealias Response = StoredTopicsResponse

    package static let api = KafkaAPI.storedTopics

    /// Those that are wanted.
    package var names: [String] = []
    /// Whether all are.
    package var wantsAll = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&names)
        try coder.bool(&wantsAll)
    }
}

/// Topics as the server has them.
package struct StoredTopicsResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?
    /// Bytes of the commit log, which all topics share.
    package var commitByteCount: Int64 = 0
    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.int64(&commitByteCount)
        try coder.array(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        /// raw, json or csv.
        package var format = ""
        /// Of CSV.
        package var columns: [String] = []
        package var configs: [Config] = []
        /// Milliseconds since 1970-01-01 UTC.
        package var createdAt: Int64 = 0
        package var subscriptions: [String] = []
        package var partitions: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.string(&format)
            try coder.strings(&columns)
            try coder.array(&configs)
            try coder.int64(&createdAt)
            try coder.strings(&subscriptions)
            try coder.array(&partitions)
        }

        /// One setting, under its name in topics' configurations.
        package struct Config: WireMessage {
            package var name = ""
            package var value = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.string(&value)
            }
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            /// The log's number of it.
            package var id: Int32 = 0
            package var start: Int64 = 0
            package var end: Int64 = 0
            package var sealedEnd: Int64 = 0
            package var segmentByteCount: Int64 = 0
            package var removed: [Removal] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.int32(&id)
                try coder.int64(&start)
                try coder.int64(&end)
                try coder.int64(&sealedEnd)
                try coder.int64(&segmentByteCount)
                try coder.array(&removed)
            }

            /// What was removed for one reason.
            package struct Removal: WireMessage {
                package var reason: Int8 = 0
                package var records: Int64 = 0
                package var bytes: Int64 = 0

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int8(&reason)
                    try coder.int64(&records)
                    try coder.int64(&bytes)
                }
            }
        }
    }
}
