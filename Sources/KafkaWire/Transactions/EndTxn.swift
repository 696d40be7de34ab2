/// Commits or aborts a transaction.
///
/// Fields and versions: Kafka protocol guide, "EndTxn" (key 26).
package struct EndTxnRequest: KafkaRequest {
    package typealias Response = EndTxnResponse

    package static let api = KafkaAPI.endTxn

    package var transactionalID = ""
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var committed = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&transactionalID)
        try coder.int64(&producerID)
        try coder.int16(&producerEpoch)
        try coder.bool(&committed)
    }
}

/// Whether it has ended.
package struct EndTxnResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
    }
}
