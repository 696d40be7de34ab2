/// Creates a subscription, gives one another filter, or deletes it.
///
/// Sluice's own (``KafkaAPI/setSubscription``); its fields are named nowhere else.
package struct SetSubscriptionRequest: KafkaRequest {
    package typealias Response = SetSubscriptionResponse

    package static let api = KafkaAPI.setSubscription

    package var name = ""
    /// ``Change``.
    package var change: Int8 = 0
    /// Of a subscription that is created.
    package var topic = ""
    /// The filter's definition, compiled by the client before.
    package var filter: [UInt8] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&name)
        try coder.int8(&change)
        try coder.string(&topic)
        try coder.bytes(&filter)
    }
}

/// Whether it was done.
package struct SetSubscriptionResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
    }
}

extension SetSubscriptionRequest {
    /// What is to be done.
    package enum Change: Int8, Sendable {
        case create = 0
        case alter = 1
        case delete = 2
    }
}
