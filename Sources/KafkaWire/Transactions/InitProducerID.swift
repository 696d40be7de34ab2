/// Asks for a producer's identity.
///
/// Fields and versions: Kafka protocol guide, "InitProducerId" (key 22).
package struct InitProducerIDRequest: KafkaRequest {
    package typealias Response = InitProducerIDResponse

    package static let api = KafkaAPI.initProducerID

    package var transactionalID: String? = ""
    package var transactionTimeoutMilliseconds: Int32 = 0
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = -1

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.nullableString(&transactionalID)
        try coder.int32(&transactionTimeoutMilliseconds)
        if coder.version >= 3 {
            try coder.int64(&producerID)
            try coder.int16(&producerEpoch)
        }
    }
}

/// The identity.
package struct InitProducerIDResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var producerID: Int64 = -1
    package var producerEpoch: Int16 = 0

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
        try coder.int64(&producerID)
        try coder.int16(&producerEpoch)
    }
}
