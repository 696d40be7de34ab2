/// What a member of a consumer group wants to read.
struct ConsumerTopics: Hashable, Sendable {
    /// Names, ascending, each once.
    private(set) var names: [String] = []
    /// Of more names; see ``TopicPattern``.
    var pattern: String?

    init(names: [String] = [], pattern: String? = nil) {
        self.names = Array(Set(names)).sorted()
        self.pattern = pattern
    }

    var byteCount: Int { names.reduce(pattern?.utf8.count ?? 0) { $0 + $1.utf8.count + 16 } }

    /// The same with what a heartbeat says anew; an empty pattern is none.
    func changed(names: [String]?, pattern: String?) -> ConsumerTopics {
        ConsumerTopics(
            names: names ?? self.names,
            pattern: pattern.map { $0.isEmpty ? nil : $0 } ?? self.pattern)
    }
}
