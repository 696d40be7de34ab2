import Platform

@testable import Broker

/// A consumer group and its members, heartbeat by heartbeat.
struct ConsumerScript {
    var group: ConsumerGroup
    var now = MonotonicInstant(nanoseconds: 0)
    /// Partitions of topics, by name.
    var partitionCounts: [String: Int32] { didSet { version += 1 } }
    private(set) var version: UInt64 = 1
    private var nextID = 0

    init(
        _ partitionCounts: [String: Int32] = ["t": 4], _ settings: GroupSettings = GroupSettings(),
        epoch: Int32 = 0
    ) {
        group = ConsumerGroup("g", settings, epoch: epoch)
        self.partitionCounts = partitionCounts
    }

    /// A topic's id follows from its name.
    static func id(_ name: String) -> TopicID {
        TopicID(high: 0, low: name.utf8.reduce(0) { $0 * 256 + UInt64($1) })
    }

    static func set(_ partitions: [String: [Int32]]) -> PartitionSet {
        PartitionSet(partitions.map { (id($0), $1) })
    }

    /// All partitions of these topics.
    func all(_ names: [String]) -> PartitionSet {
        Self.set(
            Dictionary(
                uniqueKeysWithValues: names.map { ($0, Array(0..<(partitionCounts[$0] ?? 0))) }))
    }

    var topics: GroupTopics {
        let counts = partitionCounts
        var topics = GroupTopics(version: version) { name in
            counts[name].map { GroupTopics.Topic(id: Self.id(name), partitionCount: $0) }
        }
        for pattern in group.interests.patterns { topics.matches[pattern] = matches(pattern) }
        return topics
    }

    /// Patterns of the tests are beginnings of names.
    private func matches(_ pattern: String) -> [String] {
        partitionCounts.keys.filter { $0.hasPrefix(pattern) }.sorted()
    }

    static func joining(
        _ id: String = "", topics: [String]? = ["t"], pattern: String? = nil,
        instance: String? = nil, assignor: String? = nil
    ) -> ConsumerHeartbeat {
        var beat = ConsumerHeartbeat(group: "g", memberID: id, epoch: 0)
        beat.topicNames = topics
        beat.topicPattern = pattern
        beat.instanceID = instance
        beat.assignor = assignor
        beat.rebalanceTimeout = .seconds(60)
        beat.owned = PartitionSet()
        beat.clientID = "c"
        beat.clientHost = "/h"
        return beat
    }

    mutating func beat(_ beat: ConsumerHeartbeat) -> Result<ConsumerHeartbeatAnswer, GroupError> {
        var topics = topics
        if let pattern = beat.topicPattern { topics.matches[pattern] = matches(pattern) }
        nextID += 1
        let freshID = "fresh\(nextID)"
        let now = now
        return Result { () throws(GroupError) in
            try group.heartbeat(beat, freshID: freshID, topics, now: now)
        }
    }

    @discardableResult
    mutating func join(
        _ id: String, topics: [String]? = ["t"], pattern: String? = nil, instance: String? = nil,
        assignor: String? = nil
    ) throws -> ConsumerHeartbeatAnswer {
        try beat(
            Self.joining(
                id, topics: topics, pattern: pattern, instance: instance, assignor: assignor)
        ).get()
    }

    /// A heartbeat that says nothing but what the member has, or not even that.
    @discardableResult
    mutating func live(
        _ id: String, epoch: Int32? = nil, owned: PartitionSet? = nil, instance: String? = nil
    ) throws -> ConsumerHeartbeatAnswer {
        var beat = ConsumerHeartbeat(
            group: "g", memberID: id, epoch: epoch ?? group.members[id]?.epoch ?? 1)
        beat.owned = owned
        beat.instanceID = instance
        return try self.beat(beat).get()
    }

    mutating func leave(_ id: String, instance: String? = nil, forNow: Bool = false) throws {
        var beat = ConsumerHeartbeat(
            group: "g", memberID: id,
            epoch: forNow ? ConsumerHeartbeat.leaveForNow : ConsumerHeartbeat.leave)
        beat.instanceID = instance
        try group.leave(beat)
    }

    mutating func pass(_ duration: Duration) {
        now = now.advanced(by: duration)
        group.tick(now: now)
    }

    /// Lets everybody do what they are told until nothing changes.
    mutating func settle() throws {
        for _ in 0..<6 {
            for id in group.members.keys.sorted() {
                try live(id, owned: group.members[id]?.assigned)
            }
        }
    }

    func assigned(_ id: String) -> PartitionSet { group.members[id]?.assigned ?? PartitionSet() }
}
