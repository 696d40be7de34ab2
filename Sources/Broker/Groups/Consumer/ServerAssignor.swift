/// A way of sharing partitions among the members of a ``ConsumerGroup``, under Kafka's names.
package enum ServerAssignor: String, Sendable, CaseIterable {
    /// The same number for everybody, and as few moves as possible; the default.
    case uniform
    /// Of each topic, neighbouring partitions for each member, in the order in which members came:
    /// equal partitions of topics with as many partitions meet at one member.
    case range

    /// Who takes part, and what there is to share.
    struct Problem {
        struct Member {
            let id: String
            /// Which of ``Problem/topics`` it reads.
            let interest: Int
        }
        /// In the order in which they came.
        let members: [Member]
        /// Lists of topics that members read, by number.
        let topics: [Int: [TopicID]]
        let partitionCounts: [TopicID: Int32]
        /// What members were to have so far; no partition is with two.
        let previous: [String: PartitionSet]

        /// Members that read each topic, as indices, in order.
        var readers: [TopicID: [Int]] {
            var readers: [TopicID: [Int]] = [:]
            for (index, member) in members.enumerated() {
                for topic in topics[member.interest] ?? [] {
                    readers[topic, default: []].append(index)
                }
            }
            return readers
        }
    }

    /// Gives every partition that somebody reads to one member that reads it.
    ///
    /// - Complexity: partitions and members, times the logarithm of these; with different
    ///   subscriptions of members, also their topics.
    func assign(_ problem: Problem) -> [String: PartitionSet] {
        switch self {
        case .range: Self.ranges(problem)
        case .uniform:
            if problem.topics.count == 1 {
                EvenShares(problem).assigned
            } else {
                LevelledShares(problem).assigned
            }
        }
    }

    private static func ranges(_ problem: Problem) -> [String: PartitionSet] {
        var shares = [PartitionSet](repeating: PartitionSet(), count: problem.members.count)
        for (topic, readers) in problem.readers {
            let count = problem.partitionCounts[topic] ?? 0
            let (share, rest) = count.quotientAndRemainder(dividingBy: Int32(readers.count))
            var next: Int32 = 0
            for (place, reader) in readers.enumerated() {
                let end = next + share + (place < rest ? 1 : 0)
                shares[reader].insert(next..<end, of: topic)
                next = end
            }
        }
        return named(shares, problem)
    }

    static func named(_ shares: [PartitionSet], _ problem: Problem) -> [String: PartitionSet] {
        Dictionary(uniqueKeysWithValues: zip(problem.members.map(\.id), shares))
    }
}
