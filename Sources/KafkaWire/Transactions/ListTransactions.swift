/// Asks which transactions there are.
///
/// Fields and versions: Kafka protocol guide, "ListTransactions" (key 66).
package struct ListTransactionsRequest: KafkaRequest {
    package typealias Response = ListTransactionsResponse

    package static let api = KafkaAPI.listTransactions

    package var stateFilters: [String] = []
    package var producerIDFilters: [Int64] = []
    package var durationFilter: Int64 = -1

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.strings(&stateFilters)
        try coder.int64s(&producerIDFilters)
        if coder.version >= 1 { try coder.int64(&durationFilter) }
    }
}

/// The transactions.
package struct ListTransactionsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var unknownStateFilters: [String] = []
    package var transactionStates: [Transaction] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
        try coder.strings(&unknownStateFilters)
        try coder.array(&transactionStates)
    }

    /// One of ``transactionStates``.
    package struct Transaction: WireMessage {
        package var transactionalID = ""
        package var producerID: Int64 = 0
        package var transactionState = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&transactionalID)
            try coder.int64(&producerID)
            try coder.string(&transactionState)
        }
    }
}
