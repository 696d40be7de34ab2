/// Asks for the configuration of topics and brokers.
///
/// Fields and versions: Kafka protocol guide, "DescribeConfigs" (key 32).
package struct DescribeConfigsRequest: KafkaRequest {
    package typealias Response = DescribeConfigsResponse

    package static let api = KafkaAPI.describeConfigs

    package var resources: [Resource] = []
    package var includeSynonyms = false
    package var includeDocumentation = false

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&resources)
        if coder.version >= 1 { try coder.bool(&includeSynonyms) }
        if coder.version >= 3 { try coder.bool(&includeDocumentation) }
    }

    /// One topic or broker.
    package struct Resource: WireMessage {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configurationKeys: [String]? = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
            try coder.nullableStrings(&configurationKeys)
        }
    }
}

/// The configuration.
package struct DescribeConfigsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var results: [Resource] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&results)
    }

    /// One topic or broker.
    package struct Resource: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var configs: [Config] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
            try coder.array(&configs)
        }

        /// One setting.
        package struct Config: WireMessage {
            package var name = ""
            package var value: String? = ""
            package var readOnly = false
            package var isDefault = false
            package var configSource: Int8 = -1
            package var isSensitive = false
            package var synonyms: [Synonym] = []
            package var configType: Int8 = 0
            package var documentation: String? = ""

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&name)
                try coder.nullableString(&value)
                try coder.bool(&readOnly)
                if coder.version <= 0 { try coder.bool(&isDefault) }
                if coder.version >= 1 { try coder.int8(&configSource) }
                try coder.bool(&isSensitive)
                if coder.version >= 1 { try coder.array(&synonyms) }
                if coder.version >= 3 {
                    try coder.int8(&configType)
                    try coder.nullableString(&documentation)
                }
            }

            /// One of ``synonyms``.
            package struct Synonym: WireMessage {
                package var name = ""
                package var value: String? = ""
                package var source: Int8 = 0

                package init() {}

                package mutating func fields<Coder: WireCoder & ~Copyable>(
                    _ coder: inout Coder
                ) throws(WireError) {
                    try coder.string(&name)
                    try coder.nullableString(&value)
                    try coder.int8(&source)
                }
            }
        }
    }
}
