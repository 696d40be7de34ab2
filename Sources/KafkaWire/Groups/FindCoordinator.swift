/// Asks which broker coordinates a group or a transactional id.
///
/// Fields and versions: Kafka protocol guide, "FindCoordinator" (key 10).
package struct FindCoordinatorRequest: KafkaRequest {
    package typealias Response = FindCoordinatorResponse

    package static let api = KafkaAPI.findCoordinator

    package var key = ""
    package var keyType: Int8 = 0
    package var coordinatorKeys: [String] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version <= 3 { try coder.string(&key) }
        if coder.version >= 1 { try coder.int8(&keyType) }
        if coder.version >= 4 { try coder.strings(&coordinatorKeys) }
    }
}

/// The coordinators.
package struct FindCoordinatorResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var errorMessage: String? = ""
    package var nodeID: Int32 = 0
    package var host = ""
    package var port: Int32 = 0
    package var coordinators: [Coordinator] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
        if coder.version <= 3 { try coder.errorCode(&errorCode) }
        if (1...3).contains(coder.version) { try coder.nullableString(&errorMessage) }
        if coder.version <= 3 {
            try coder.int32(&nodeID)
            try coder.string(&host)
            try coder.int32(&port)
        }
        if coder.version >= 4 { try coder.array(&coordinators) }
    }

    /// One of ``coordinators``.
    package struct Coordinator: WireMessage {
        package var key = ""
        package var nodeID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.string(&key)
            try coder.int32(&nodeID)
            try coder.string(&host)
            try coder.int32(&port)
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
        }
    }
}
