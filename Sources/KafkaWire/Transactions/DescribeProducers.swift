/// Asks which producers have written to partitions.
///
/// Fields and versions: Kafka protocol guide, "DescribeProducers" (key 61).
package struct DescribeProducersRequest: KafkaRequest {
    package typealias Response = DescribeProducersResponse

    package static let api = KafkaAPI.describeProducers

    package var topics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&topics)
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
}

/// The producers.
package struct DescribeProducersResponse: WireMessage {
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
            package var errorMessage: String? = nil
            package var activeProducers: [Producer] = []

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&errorCode)
                try coder.nullableString(&errorMessage)
                try coder.array(&activeProducers)
            }

            /// One of ``activeProducers``.
            package struct Producer: WireMessage {
                package var producerID: Int64 = 0
                package var producerEpoch: Int32 = 0
                package var lastSequence: Int32 = -1
                package var lastTimestamp: Int64 = -1
                package var coordinatorEpoch: Int32 = 0
                package var currentTxnStartOffset: Int64 = -1

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.int64(&producerID)
                    try coder.int32(&producerEpoch)
                    try coder.int32(&lastSequence)
                    try coder.int64(&lastTimestamp)
                    try coder.int32(&coordinatorEpoch)
                    try coder.int64(&currentTxnStartOffset)
                }
            }
        }
    }
}
