import ArgumentParser

/// `sluice topic`: what streams there are, and how each is kept.
struct TopicCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "topic", abstract: "Create, look at, change and delete topics.",
        examples: [
            Example("sluice topic create flights --format json", "Make a topic."),
            Example("sluice topic list", "See all topics."),
        ],
        subcommands: [
            TopicCreate.self, TopicList.self, TopicDescribe.self, TopicAlter.self,
            TopicCompact.self, TopicTrim.self, TopicDelete.self, TopicIndex.self,
        ])
}
