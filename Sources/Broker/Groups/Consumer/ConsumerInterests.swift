/// What the members of a ``ConsumerGroup`` read, each different wish once, and which topics that is.
struct ConsumerInterests {
    private struct Interest {
        let number: Int
        var memberCount = 0
        /// As they were last looked up.
        var topics: [TopicID] = []
    }
    /// The version of the topics that were looked up last; nil if none were.
    private(set) var version: UInt64?
    private(set) var partitionCounts: [TopicID: Int32] = [:]
    private(set) var names: [TopicID: String] = [:]
    private var interests: [ConsumerTopics: Interest] = [:]
    /// Names that a pattern has matched when it was last looked up.
    private var matches: [String: [String]] = [:]
    private var nextNumber = 0

    /// Topics by the number of who reads them.
    var topics: [Int: [TopicID]] {
        Dictionary(uniqueKeysWithValues: interests.values.map { ($0.number, $0.topics) })
    }

    /// All patterns of members.
    var patterns: Set<String> { Set(interests.keys.compactMap(\.pattern)) }

    func number(of wish: ConsumerTopics) -> Int {
        guard let interest = interests[wish] else {
            preconditionFailure("a member's wish is not among the group's")
        }
        return interest.number
    }

    /// Whether a member reads a topic, by name or by pattern.
    func contain(_ name: String) -> Bool {
        interests.keys.contains { wish in
            wish.names.contains(name)
                || wish.pattern.map { matches[$0]?.contains(name) ?? false } ?? false
        }
    }

    mutating func add(_ wish: ConsumerTopics) {
        var interest = interests[wish] ?? Interest(number: nextNumber)
        if interest.memberCount == 0 { nextNumber += 1 }
        interest.memberCount += 1
        interests[wish] = interest
    }

    mutating func remove(_ wish: ConsumerTopics) {
        guard var interest = interests[wish] else { return }
        interest.memberCount -= 1
        interests[wish] = interest.memberCount == 0 ? nil : interest
    }

    /// Looks up what is wished for.
    ///
    /// A pattern that was not matched with these topics keeps the names that it had: its member's next
    /// heartbeat matches it.
    ///
    /// - Returns: whether there is something else to share than before.
    mutating func lookUp(_ topics: GroupTopics) -> Bool {
        let patterns = patterns
        matches = matches.merging(topics.matches) { $1 }.filter { patterns.contains($0.key) }
        var counts: [TopicID: Int32] = [:]
        var names: [TopicID: String] = [:]
        var found: [String: TopicID] = [:]
        var hasChanged = false
        for (wish, interest) in interests {
            var wanted: Set<TopicID> = []
            for name in wish.names + (wish.pattern.flatMap { matches[$0] } ?? []) {
                if found[name] == nil, let topic = topics.find(name) {
                    found[name] = topic.id
                    counts[topic.id] = topic.partitionCount
                    names[topic.id] = name
                }
                if let id = found[name] { wanted.insert(id) }
            }
            let sorted = wanted.sorted()
            if sorted != interest.topics { hasChanged = true }
            interests[wish]?.topics = sorted
        }
        if counts != partitionCounts { hasChanged = true }
        (partitionCounts, self.names) = (counts, names)
        version = topics.version
        return hasChanged
    }
}
