/// The requests of the protocol that this program knows, with their versions.
///
/// This is the one table: the server answers `ApiVersions` from it and refuses what is not in it.
/// Ranges begin where the oldest client begins that is served (KAFKA.md, "Versions that clients
/// choose"), and end with Kafka 3.9; the groups of KIP-848 are Kafka 4.0's.
package enum KafkaAPI: Int16, CaseIterable, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case describeGroups = 15
    case listGroups = 16
    case apiVersions = 18
    case createTopics = 19
    case deleteTopics = 20
    case deleteRecords = 21
    case initProducerID = 22
    case offsetForLeaderEpoch = 23
    case addPartitionsToTxn = 24
    case addOffsetsToTxn = 25
    case endTxn = 26
    case txnOffsetCommit = 28
    case describeAcls = 29
    case createAcls = 30
    case deleteAcls = 31
    case describeConfigs = 32
    case alterConfigs = 33
    case describeLogDirs = 35
    case createPartitions = 37
    case deleteGroups = 42
    case incrementalAlterConfigs = 44
    case offsetDelete = 47
    case describeCluster = 60
    case describeProducers = 61
    case describeTransactions = 65
    case listTransactions = 66
    case consumerGroupHeartbeat = 68
    case consumerGroupDescribe = 69

    // Sluice's own, for what Kafka lacks; far above the numbers that Kafka gives.
    case storedTopics = 20000
    case setTopic = 20001
    case workOnTopic = 20002
    case subscriptions = 20003
    case setSubscription = 20004
    case groupPositions = 20005
    case setGroupPositions = 20006
    case pipelineProgress = 20007
    case commitPipeline = 20008

    /// Whether it is one of Sluice's own.
    package var isOwn: Bool { rawValue >= Self.storedTopics.rawValue }

    /// A row of the table.
    package struct Versions: Sendable {
        /// Those that are spoken.
        package let range: ClosedRange<Int16>
        /// The first with compact lengths and tagged fields (KIP-482); nil if none has them.
        let flexibleFrom: Int16?

        init(_ range: ClosedRange<Int16>, flexibleFrom: Int16?) {
            self.range = range
            self.flexibleFrom = flexibleFrom
        }

        /// Whether a version has compact lengths and tagged fields.
        package func isFlexible(_ version: Int16) -> Bool {
            flexibleFrom.map { version >= $0 } ?? false
        }
    }

    package var versions: Versions {
        switch self {
        case .produce: Versions(0...11, flexibleFrom: 9)
        case .fetch: Versions(4...17, flexibleFrom: 12)
        case .listOffsets: Versions(1...9, flexibleFrom: 6)
        case .metadata: Versions(0...12, flexibleFrom: 9)
        case .offsetCommit: Versions(1...9, flexibleFrom: 8)
        case .offsetFetch: Versions(1...9, flexibleFrom: 6)
        case .findCoordinator: Versions(0...6, flexibleFrom: 3)
        case .joinGroup: Versions(0...9, flexibleFrom: 6)
        case .heartbeat: Versions(0...4, flexibleFrom: 4)
        case .leaveGroup: Versions(0...5, flexibleFrom: 4)
        case .syncGroup: Versions(0...5, flexibleFrom: 4)
        case .describeGroups: Versions(0...5, flexibleFrom: 5)
        case .listGroups: Versions(0...5, flexibleFrom: 3)
        case .apiVersions: Versions(0...4, flexibleFrom: 3)
        case .createTopics: Versions(0...7, flexibleFrom: 5)
        case .deleteTopics: Versions(0...6, flexibleFrom: 4)
        case .deleteRecords: Versions(0...2, flexibleFrom: 2)
        case .initProducerID: Versions(0...5, flexibleFrom: 2)
        case .offsetForLeaderEpoch: Versions(0...4, flexibleFrom: 4)
        // From 4 on it is for brokers among themselves (KIP-890).
        case .addPartitionsToTxn: Versions(0...3, flexibleFrom: 3)
        case .addOffsetsToTxn: Versions(0...4, flexibleFrom: 3)
        case .endTxn: Versions(0...4, flexibleFrom: 3)
        case .txnOffsetCommit: Versions(0...4, flexibleFrom: 3)
        case .describeAcls, .createAcls, .deleteAcls: Versions(0...3, flexibleFrom: 2)
        case .describeConfigs: Versions(0...4, flexibleFrom: 4)
        case .alterConfigs: Versions(0...2, flexibleFrom: 2)
        case .describeLogDirs: Versions(0...4, flexibleFrom: 2)
        case .createPartitions: Versions(0...3, flexibleFrom: 2)
        case .deleteGroups: Versions(0...2, flexibleFrom: 2)
        case .incrementalAlterConfigs: Versions(0...1, flexibleFrom: 1)
        case .offsetDelete: Versions(0...0, flexibleFrom: nil)
        case .describeCluster: Versions(0...1, flexibleFrom: 0)
        case .describeProducers: Versions(0...0, flexibleFrom: 0)
        case .describeTransactions: Versions(0...0, flexibleFrom: 0)
        case .listTransactions: Versions(0...1, flexibleFrom: 0)
        // Kafka 4.0: subscriptions by pattern (KIP-848), types of members (KIP-1099).
        case .consumerGroupHeartbeat, .consumerGroupDescribe: Versions(0...1, flexibleFrom: 0)
        case .storedTopics, .setTopic, .workOnTopic, .subscriptions, .setSubscription,
            .groupPositions, .setGroupPositions, .pipelineProgress, .commitPipeline:
            Versions(0...0, flexibleFrom: 0)
        }
    }
}
