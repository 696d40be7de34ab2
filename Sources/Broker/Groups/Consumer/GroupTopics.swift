/// What there is to read, as consumer groups see it.
struct GroupTopics {
    /// A topic or a subscription.
    struct Topic: Equatable, Sendable {
        let id: TopicID
        let partitionCount: Int32
    }

    /// Another one as soon as anything of it has changed.
    let version: UInt64
    let find: (String) -> Topic?
    /// Names that match patterns, as of this version; patterns that nobody looked up are missing.
    var matches: [String: [String]] = [:]
}
