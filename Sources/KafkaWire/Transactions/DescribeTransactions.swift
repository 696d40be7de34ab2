/// Asks for the state of transactions.
///
/// Fields and versions: Kafka protocol guide, "DescribeTransactions" (key 65).
package struct DescribeTransactionsRequest: KafkaRequest {
    package typealias Response = DescribeTransactionsResponse

    package static let api = KafkaAPI.describeTransactions

    package var transactionalIDs: [String] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&transactionalIDs)
    }
}

/// The transactions.
package struct DescribeTransactionsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var transactionStates: [Transaction] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&transactionStates)
    }

    /// One of ``transactionStates``.
    package struct Transaction: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var transactionalID = ""
        package var transactionState = ""
        package var transactionTimeoutMilliseconds: Int32 = 0
        package var transactionStartTimeMilliseconds: Int64 = 0
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        package var topics: [Topic] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.string(&transactionalID)
            try coder.string(&transactionState)
            try coder.int32(&transactionTimeoutMilliseconds)
            try coder.int64(&transactionStartTimeMilliseconds)
            try coder.int64(&producerID)
            try coder.int16(&producerEpoch)
            try coder.array(&topics)
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
}
