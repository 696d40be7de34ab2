import ArgumentParser

/// `sluice subscription`: durable, named filters over topics.
struct SubscriptionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "subscription", abstract: "Define, try, change and delete subscriptions.",
        discussion: """
            A subscription is a name for the records of a topic that meet all of its conditions. \
            Mistakes in them are found before anything is stored.
            """,
        examples: [
            Example(
                "sluice subscription create late --topic flights --where 'dep_delay > 60'",
                "Name the late flights."),
            Example("sluice consume --subscription late", "Read them."),
        ],
        subcommands: [
            SubscriptionCreate.self, SubscriptionList.self, SubscriptionDescribe.self,
            SubscriptionStats.self, SubscriptionAlter.self, SubscriptionDiff.self,
            SubscriptionRollback.self, SubscriptionTest.self, SubscriptionMatchCommand.self,
            SubscriptionDelete.self,
        ])
}
