/// Adds partitions to a transaction.
///
/// Fields and versions: Kafka protocol guide, "AddPartitionsToTxn" (key 24).
package struct AddPartitionsToTxnRequest: KafkaRequest {
    package typealias Response = AddPartitionsToTxnResponse

    package static let api = KafkaAPI.addPartitionsToTxn

    package var v3AndBelowTransactionalID = ""
    package var v3AndBelowProducerID: Int64 = 0
    package var v3AndBelowProducerEpoch: Int16 = 0
    package var v3AndBelowTopics: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&v3AndBelowTransactionalID)
        try coder.int64(&v3AndBelowProducerID)
        try coder.int16(&v3AndBelowProducerEpoch)
        try coder.array(&v3AndBelowTopics)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var partitions: [Int32] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.int32s(&partitions)
        }
    }
}

/// What became of each partition.
package struct AddPartitionsToTxnResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var resultsByTopicV3AndBelow: [Topic] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&resultsByTopicV3AndBelow)
    }

    /// One topic.
    package struct Topic: WireMessage {
        package var name = ""
        package var resultsByPartition: [Partition] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.array(&resultsByPartition)
        }

        /// One partition.
        package struct Partition: WireMessage {
            package var index: Int32 = 0
            package var partitionErrorCode = KafkaErrorCode.none

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&index)
                try coder.errorCode(&partitionErrorCode)
            }
        }
    }
}
