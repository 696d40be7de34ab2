/// Asks what subscriptions are.
///
/// Sluice's own (``KafkaAPI/subscriptions``); its fields are named nowhere else.
package struct SubscriptionsRequest: KafkaRequest {
    package typealias Response = SubscriptionsResponse

    package static let api = KafkaAPI.subscriptions

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

/// Subscriptions as the server has them.
package struct SubscriptionsResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    /// For people; nil if nothing is wrong.
    package var errorMessage: String?
    package var subscriptions: [Subscription] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.array(&subscriptions)
    }

    /// One subscription.
    package struct Subscription: WireMessage {
        package var name = ""
        package var topic = ""
        /// Milliseconds since 1970-01-01 UTC.
        package var createdAt: Int64 = 0
        package var versions: [Version] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&name)
            try coder.string(&topic)
            try coder.int64(&createdAt)
            try coder.array(&versions)
        }

        /// One version of its filter, by ascending numbers.
        package struct Version: WireMessage {
            package var number: Int32 = 0
            /// The filter's definition.
            package var filter: [UInt8] = []
            /// Milliseconds since 1970-01-01 UTC.
            package var changedAt: Int64 = 0
            /// The first offset that it decides about, by partition; empty: all.
            package var starts: [Int64] = []
            /// What it has made of the records that groups have read; nil if nothing.
            package var counts: [UInt8]?

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.int32(&number)
                try coder.bytes(&filter)
                try coder.int64(&changedAt)
                try coder.int64s(&starts)
                try coder.nullableBytes(&counts)
            }
        }
    }
}
