/// What a client may do with a resource, as the protocol's bit field (KIP-430).
///
/// Whoever is connected may do everything that the kind of resource has: nothing here controls access,
/// and a Kafka without an authorizer answers the same (`AclEntry.supportedOperations`).
enum AuthorizedOperations {
    /// Operations; the numbers are the protocol's (`AclOperation`).
    private enum Operation: Int32 {
        case read = 3
        case write = 4
        case create = 5
        case delete = 6
        case alter = 7
        case describe = 8
        case clusterAction = 9
        case describeConfigs = 10
        case alterConfigs = 11
        case idempotentWrite = 12
    }

    static let ofTopic = bits([
        .read, .write, .create, .describe, .delete, .alter, .describeConfigs, .alterConfigs,
    ])
    static let ofGroup = bits([.read, .describe, .delete, .describeConfigs, .alterConfigs])
    static let ofCluster = bits([
        .create, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite, .alter,
        .describe,
    ])

    private static func bits(_ operations: [Operation]) -> Int32 {
        operations.reduce(0) { $0 | 1 << $1.rawValue }
    }
}
