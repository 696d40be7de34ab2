/// Creates entries of access control lists.
///
/// Fields and versions: Kafka protocol guide, "CreateAcls" (key 30).
package struct CreateAclsRequest: KafkaRequest {
    package typealias Response = CreateAclsResponse

    package static let api = KafkaAPI.createAcls

    package var creations: [Creation] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&creations)
    }

    /// One of ``creations``.
    package struct Creation: WireMessage {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var resourcePatternType: Int8 = 3
        package var principal = ""
        package var host = ""
        package var operation: Int8 = 0
        package var permissionType: Int8 = 0

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
            if coder.version >= 1 { try coder.int8(&resourcePatternType) }
            try coder.string(&principal)
            try coder.string(&host)
            try coder.int8(&operation)
            try coder.int8(&permissionType)
        }
    }
}

/// What became of each entry.
package struct CreateAclsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var results: [Result] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&results)
    }

    /// One of ``results``.
    package struct Result: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
        }
    }
}
