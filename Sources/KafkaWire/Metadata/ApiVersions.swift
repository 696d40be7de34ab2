/// Asks which APIs the server has, in which versions.
///
/// Fields and versions: Kafka protocol guide, "ApiVersions" (key 18).
package struct ApiVersionsRequest: KafkaRequest {
    package typealias Response = ApiVersionsResponse

    package static let api = KafkaAPI.apiVersions

    package var clientSoftwareName = ""
    package var clientSoftwareVersion = ""

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        if coder.version >= 3 {
            try coder.string(&clientSoftwareName)
            try coder.string(&clientSoftwareVersion)
        }
    }
}

/// The APIs and their versions.
package struct ApiVersionsResponse: WireMessage {
    package var errorCode = KafkaErrorCode.none
    package var apiKeys: [API] = []
    package var throttleTimeMilliseconds: Int32 = 0

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.errorCode(&errorCode)
        try coder.array(&apiKeys)
        if coder.version >= 1 { try coder.int32(&throttleTimeMilliseconds) }
    }

    /// One of ``apiKeys``.
    package struct API: WireMessage {
        package var apiKey: Int16 = 0
        package var minVersion: Int16 = 0
        package var maxVersion: Int16 = 0

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int16(&apiKey)
            try coder.int16(&minVersion)
            try coder.int16(&maxVersion)
        }
    }
}
