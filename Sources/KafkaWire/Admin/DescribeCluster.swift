/// Asks for the brokers.
///
/// Fields and versions: Kafka protocol guide, "DescribeCluster" (key 60).
package struct DescribeClusterRequest: KafkaRequest {
    package typealias Response = DescribeClusterResponse

    package static let api = KafkaAPI.describeCluster

    package var includeClusterAuthorizedOperations = false
    package var endpointType: Int8 = 1

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.bool(&includeClusterAuthorizedOperations)
        if coder.version >= 1 { try coder.int8(&endpointType) }
    }
}

/// The brokers.
package struct DescribeClusterResponse: WireMessage {
    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = KafkaErrorCode.none
    package var errorMessage: String? = nil
    package var endpointType: Int8 = 1
    package var clusterID = ""
    package var controllerID: Int32 = -1
    package var brokers: [Broker] = []
    package var clusterAuthorizedOperations: Int32 = .min

    package init() {}

    package mutating func fields<Coder: WireCoder & ~Copyable>(
        _ coder: inout Coder
    ) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds)
        try coder.errorCode(&errorCode)
        try coder.nullableString(&errorMessage)
        if coder.version >= 1 { try coder.int8(&endpointType) }
        try coder.string(&clusterID)
        try coder.int32(&controllerID)
        try coder.array(&brokers)
        try coder.int32(&clusterAuthorizedOperations)
    }

    /// One broker.
    package struct Broker: WireMessage {
        package var brokerID: Int32 = 0
        package var host = ""
        package var port: Int32 = 0
        package var rack: String? = nil

        package init() {}

        package mutating func fields<Coder: WireCoder & ~Copyable>(
            _ coder: inout Coder
        ) throws(WireError) {
            try coder.int32(&brokerID)
            try coder.string(&host)
            try coder.int32(&port)
            try coder.nullableString(&rack)
        }
    }
}
