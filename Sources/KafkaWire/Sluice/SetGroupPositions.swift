/// Saves positions of a group with what a subscription's filters have counted, or forgets them.
///
/// Sluice's own (``KafkaAPI/setGroupPositions``); its fields are named nowhere else.
package struct SetGroupPositionsRequest: KafkaRequest {
    package typealias Response = SetGroupPositionsResponse

    package static let api = KafkaAPI.setGroupPositions

    package var group = ""
    package var stream = ""
    package var forgets = false
    package var positions: [Position] = []
    package var counts: [Counts] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.string(&group)
        try coder.string(&stream)
        try coder.bool(&forgets)
        try coder.array(&positions)
        try coder.array(&counts)
    }

    /// Where the group goes on in a partition.
    package struct Position: WireMessage {
        package var partition: Int32 = 0
        package var offset: Int64 = 0

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int32(&partition)
            try coder.int64(&offset)
        }
    }

    /// What a version of the subscription has counted since the last save.
    package struct Counts: WireMessage {
        package var version: Int32 = 0
        package var counts: [UInt8] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int32(&version)
            try coder.bytes(&counts)
        }
    }
}

/// Whether it was done.
package struct SetGroupPositionsResponse: WireMessage {
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
