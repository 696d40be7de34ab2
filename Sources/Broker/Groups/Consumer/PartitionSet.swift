/// Partitions of several topics.
package struct PartitionSet: Sendable, Equatable {
    /// Partitions of one topic.
    package struct Topic: Sendable, Equatable {
        package let id: TopicID
        /// Ascending.
        package let partitions: [Int32]
    }

    /// No set in it is empty.
    private(set) var byTopic: [TopicID: Set<Int32>] = [:]

    package init() {}

    /// Of partitions by topic; one that is named twice is there once.
    package init(_ topics: [(id: TopicID, partitions: [Int32])]) {
        for topic in topics { insert(topic.partitions, of: topic.id) }
    }

    var isEmpty: Bool { byTopic.isEmpty }

    var count: Int { byTopic.values.reduce(0) { $0 + $1.count } }

    /// In a fixed order.
    package var topics: [Topic] {
        byTopic.sorted { $0.key < $1.key }.map { Topic(id: $0.key, partitions: $0.value.sorted()) }
    }

    func contains(_ partition: Int32, of topic: TopicID) -> Bool {
        byTopic[topic]?.contains(partition) ?? false
    }

    mutating func insert(_ partition: Int32, of topic: TopicID) {
        byTopic[topic, default: []].insert(partition)
    }

    mutating func insert(_ partitions: some Collection<Int32>, of topic: TopicID) {
        if !partitions.isEmpty { byTopic[topic, default: []].formUnion(partitions) }
    }

    mutating func remove(_ partition: Int32, of topic: TopicID) {
        byTopic[topic]?.remove(partition)
        if byTopic[topic]?.isEmpty ?? false { byTopic[topic] = nil }
    }

    func intersection(_ other: PartitionSet) -> PartitionSet {
        filtered { topic, partition in other.contains(partition, of: topic) }
    }

    func subtracting(_ other: PartitionSet) -> PartitionSet {
        filtered { topic, partition in !other.contains(partition, of: topic) }
    }

    func union(_ other: PartitionSet) -> PartitionSet {
        var all = self
        all.formUnion(other)
        return all
    }

    mutating func formUnion(_ other: PartitionSet) {
        for (topic, partitions) in other.byTopic { insert(partitions, of: topic) }
    }

    func isDisjoint(with other: PartitionSet) -> Bool {
        byTopic.allSatisfy { topic, partitions in
            other.byTopic[topic].map { partitions.isDisjoint(with: $0) } ?? true
        }
    }

    func isSubset(of other: PartitionSet) -> Bool {
        byTopic.allSatisfy { topic, partitions in
            other.byTopic[topic].map { partitions.isSubset(of: $0) } ?? false
        }
    }

    func filtered(_ isIncluded: (TopicID, Int32) -> Bool) -> PartitionSet {
        var kept = PartitionSet()
        for (topic, partitions) in byTopic {
            kept.insert(partitions.filter { isIncluded(topic, $0) }, of: topic)
        }
        return kept
    }
}

extension TopicID: Comparable {
    /// A fixed order without a meaning.
    package static func < (left: TopicID, right: TopicID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
