/// Asks what partitions take on disk.
///
/// Fields and versions: Kafka protocol guide, "DescribeLogDirs" (key 35).
package struct DescribeLogDirsRequest: KafkaRequest {
    package typealias Response = DescribeLogDirsResponse

    package static let api = KafkaAPI.describeLogDirs

    package var topics: [Topic]? = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.nullableArray(&topics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var topic = ""
        package var partitions: [Int32] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&topic)
            try coder.int32s(&partitions)
        }
    }
}

/// The sizes.
package struct DescribeLogDirsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var results: [Directory] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        if coder.version >= 3 { try coder.errorCode(&errorCode) }
        try coder.array(&results)
    }

    /// One of ``results``.
    package struct Directory: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var logDir = ""
        package var topics: [Topic] = []
        package var totalBytes: Int64 = -1
        package var usableBytes: Int64 = -1

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.string(&logDir)
            try coder.array(&topics)
            if coder.version >= 4 {
                try coder.int64(&totalBytes)
                try coder.int64(&usableBytes)
            }
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
                package var partitionSize: Int64 = 0
                package var offsetLag: Int64 = 0
                package var isFutureKey = false

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int32(&index)
                    try coder.int64(&partitionSize)
                    try coder.int64(&offsetLag)
                    try coder.bool(&isFutureKey)
                }
            }
        }
    }
}
