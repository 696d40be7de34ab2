/// Deletes entries of access control lists.
///
/// Fields and versions: Kafka protocol guide, "DeleteAcls" (key 31).
package struct DeleteAclsRequest: KafkaRequest {
    package typealias Response = DeleteAclsResponse

    package static let api = KafkaAPI.deleteAcls

    package var filters: [Filter] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.array(&filters)
    }

    /// One of ``filters``.
    package struct Filter: WireMessage {
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
}

/// What became of each filter.
package struct DeleteAclsResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var filterResults: [FilterResult] = []

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.array(&filterResults)
    }

    /// One of ``filterResults``.
    package struct FilterResult: WireMessage {
        package var errorCode = KafkaErrorCode.none
        package var errorMessage: String? = ""
        package var matchingAcls: [Match] = []

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.errorCode(&errorCode)
            try coder.nullableString(&errorMessage)
            try coder.array(&matchingAcls)
        }

        /// One of ``matchingAcls``.
        package struct Match: WireMessage {
            package var errorCode = KafkaErrorCode.none
            package var errorMessage: String? = ""
            package var resourceType: Int8 = 0
            package var resourceName = ""
            package var patternType: Int8 = 3
            package var principal = ""
            package var host = ""
            package var operation: Int8 = 0
            package var permissionType: Int8 = 0

            package init() {}

            package mutating func fields<Coder: WireCoder & ~Copyable>(
                _ coder: inout Coder
            ) throws(WireError) {
                try coder.errorCode(&errorCode)
                try coder.nullableString(&errorMessage)
                try coder.int8(&resourceType)
                try coder.string(&resourceName)
                if coder.version >= 1 { try coder.int8(&patternType) }
                try coder.string(&principal)
                try coder.string(&host)
                try coder.int8(&operation)
                try coder.int8(&permissionType)
            }
        }
    }
}
