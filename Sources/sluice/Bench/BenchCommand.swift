import ArgumentParser

/// `sluice bench`: what the log does on this machine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "bench", abstract: "Measure the log on this machine: appends, reads, look-ups, filters.",
        discussion: """
            In process, on a data directory, with a topic of its own that is removed at the end. \
            The figures of a shared machine vary: compare those of one run.
            """,
        examples: [
            Example("sluice bench produce", "How fast records become durable."),
            Example("sluice bench consume", "How fast history is read, before and after sealing."),
            Example("sluice bench seek", "How long it takes to find one record."),
            Example("sluice bench filter", "How fast filters are."),
            Example("sluice bench subscriptions", "How fast records pass many filters."),
        ],
        subcommands: [
            BenchProduce.self, BenchConsume.self, BenchSeek.self, BenchFilter.self,
            BenchSubscriptions.self,
        ])
}
