/// Shares of members that all read the same topics: as equal as can be, with the fewest moves.
struct EvenShares {
    /// Partition and topic, in the order in which a member gives up the last first: so it keeps some
    /// of every topic.
    private typealias Place = (partition: Int32, topic: TopicID)

    private let problem: ServerAssignor.Problem
    private var shares: [PartitionSet]

    init(_ problem: ServerAssignor.Problem) {
        self.problem = problem
        shares = Array(repeating: PartitionSet(), count: problem.members.count)
        guard !problem.members.isEmpty else { return }
        let topics = (problem.topics.values.first ?? []).sorted()
        let counts = problem.partitionCounts
        let total = topics.reduce(0) { $0 + Int(counts[$1] ?? 0) }
        let known = Set(topics)
        let kept = problem.members.map { member -> [Place] in
            let previous = problem.previous[member.id] ?? PartitionSet()
            return previous.filtered { topic, partition in
                known.contains(topic) && partition < counts[topic] ?? 0
            }.places
        }
        let quotas = Self.quotas(total, kept.map(\.count))
        for (index, places) in kept.enumerated() {
            for place in places.prefix(quotas[index]) {
                shares[index].insert(place.partition, of: place.topic)
            }
        }
        giveRest(of: topics, quotas, held: zip(kept, quotas).map { min($0.count, $1) })
    }

    var assigned: [String: PartitionSet] { ServerAssignor.named(shares, problem) }

    /// How many each gets: those that have most get the one more that not all can have.
    private static func quotas(_ total: Int, _ held: [Int]) -> [Int] {
        let (share, rest) = total.quotientAndRemainder(dividingBy: held.count)
        var quotas = [Int](repeating: share, count: held.count)
        let byCount = held.indices.sorted { (held[$1], $0) < (held[$0], $1) }
        for index in byCount.prefix(rest) { quotas[index] += 1 }
        return quotas
    }

    /// Gives what nobody keeps to those in turn who have not enough.
    private mutating func giveRest(of topics: [TopicID], _ quotas: [Int], held: [Int]) {
        var taken = PartitionSet()
        for share in shares { taken.formUnion(share) }
        var missing = zip(quotas, held).map { $0 - $1 }
        var hungry = missing.indices.filter { missing[$0] > 0 }
        var turn = 0
        for topic in topics {
            for partition in 0..<(problem.partitionCounts[topic] ?? 0)
            where !taken.contains(partition, of: topic) {
                turn = turn < hungry.count ? turn : 0
                let index = hungry[turn]
                shares[index].insert(partition, of: topic)
                missing[index] -= 1
                if missing[index] == 0 {
                    hungry.remove(at: turn)
                } else {
                    turn += 1
                }
            }
        }
    }
}

extension PartitionSet {
    /// By partition, then by topic.
    fileprivate var places: [(partition: Int32, topic: TopicID)] {
        byTopic.flatMap { topic, partitions in partitions.map { ($0, topic) } }
            .sorted { $0 < $1 }
    }
}
