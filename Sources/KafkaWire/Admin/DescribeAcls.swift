/// Asks for access control lists.
///
/// Fields and versions: Kafka protocol guide, "DescribeAcls" (key 29).
package struct DescribeAclsRequest: KafkaRequest {
    package typealias Response = DescribeAclsResponse

    package static let api = KafkaAPI.describeAcls

    package var resourceTypeFilter: Int8 = 0
    package var resourceNameFilter: String? = ""
    package var patternTypeFilter: Int8 = 3
    package var principalFilter: String? = ""
    package var hostFilter: String? = ""
    package var operation: Int8 = 0
    package var permissionType: Int8 = 0

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int8(&resourceTypeFilter)
        try coder.nullableString(&resourceNameFilter)
        if coder.version >= 1 { try coder.int8(&patternTypeFilter) }
        try coder.nullableString(&principalFilter)
        try coder.nullableString(&hostFilter)
        try coder.int8(&operation)
        try coder.int8(&permissionType)
    }
}

/// The lists.
package struct DescribeAclsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var errorMessage: String? = ""
    package var resources: [Resource] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        try coder.array(&resources)
    }

    /// One topic or broker.
    package struct Resource: WireMessage {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var patternType: Int8 = 3
        package var acls: [Entry] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int8(&resourceType)
            try coder.string(&resourceName)
            if coder.version >= 1 { try coder.int8(&patternType) }
            try coder.array(&acls)
        }

        /// One of ``acls``.
        package struct Entry: WireMessage {
            package var principal = ""
            package var host = ""
            package var operation: Int8 = 0
            package var permissionType: Int8 = 0

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.string(&principal)
                try coder.string(&host)
                try coder.int8(&operation)
                try coder.int8(&permissionType)
            }
        }
    }
}
