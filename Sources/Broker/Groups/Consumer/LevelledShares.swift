/// Shares of members that read different topics.
///
/// Everybody keeps what there is; what is free goes to whoever has least; then partitions go one by
/// one from whoever has most of those that could give to whoever has least of those that could take,
/// as long as that makes their loads more equal.
struct LevelledShares {
    private let problem: ServerAssignor.Problem
    /// Members that read each topic.
    private let readers: [TopicID: [Int]]
    private var shares: [PartitionSet]
    private var loads: [Int]

    init(_ problem: ServerAssignor.Problem) {
        self.problem = problem
        let readers = problem.readers
        self.readers = readers
        let interests = problem.topics.mapValues { Set($0) }
        shares = problem.members.map { member in
            (problem.previous[member.id] ?? PartitionSet()).filtered { topic, partition in
                interests[member.interest]?.contains(topic) ?? false
                    && partition < problem.partitionCounts[topic] ?? 0
            }
        }
        loads = shares.map(\.count)
        // Topics with the fewest readers first: others can make up for them.
        let topics = readers.keys.sorted { left, right in
            (readers[left]?.count ?? 0, left) < (readers[right]?.count ?? 0, right)
        }
        for topic in topics { giveFree(topic) }
        // Each pass can let one topic profit from what another has moved.
        for _ in 0..<BrokerLimits.groupLevellingPassMax {
            guard topics.reduce(false, { level($1) || $0 }) else { return }
        }
    }

    var assigned: [String: PartitionSet] { ServerAssignor.named(shares, problem) }

    private mutating func giveFree(_ topic: TopicID) {
        let readers = readers[topic] ?? []
        var taken: Set<Int32> = []
        for reader in readers { taken.formUnion(shares[reader].byTopic[topic] ?? []) }
        var least = LoadHeap(readers.map { (loads[$0], $0) })
        for partition in 0..<(problem.partitionCounts[topic] ?? 0) where !taken.contains(partition)
        {
            guard let (load, reader) = least.pop() else { return }
            shares[reader].insert(partition, of: topic)
            loads[reader] = load + 1
            least.push((load + 1, reader))
        }
    }

    /// - Returns: whether anything has moved.
    private mutating func level(_ topic: TopicID) -> Bool {
        let readers = readers[topic] ?? []
        var held: [Int: [Int32]] = [:]
        for reader in readers {
            let own = shares[reader].byTopic[topic] ?? []
            if !own.isEmpty { held[reader] = own.sorted() }
        }
        var least = LoadHeap(readers.map { (loads[$0], $0) })
        // Negative, so that the greatest load comes first.
        var most = LoadHeap(held.keys.map { (-loads[$0], $0) })
        var hasMoved = false
        while let (negative, giver) = most.pop() {
            // An entry from before the load has changed is followed by a newer one.
            guard -negative == loads[giver], let partition = held[giver]?.last else { continue }
            while let top = least.first, top.load != loads[top.member] { _ = least.pop() }
            guard let taker = least.first?.member, loads[giver] - loads[taker] >= 2 else { break }
            _ = least.pop()
            shares[giver].remove(partition, of: topic)
            shares[taker].insert(partition, of: topic)
            held[giver]?.removeLast()
            held[taker, default: []].insert(partition, at: 0)
            loads[giver] -= 1
            loads[taker] += 1
            for member in [giver, taker] {
                least.push((loads[member], member))
                most.push((-loads[member], member))
            }
            hasMoved = true
        }
        return hasMoved
    }
}
