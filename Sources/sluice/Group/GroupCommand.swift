import ArgumentParser

/// `sluice group`: how far consumer groups have read.
struct GroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        "group", abstract: "See, move and delete the positions of consumer groups.",
        examples: [
            Example("sluice group list", "All groups and how much is left for each."),
            Example(
                "sluice group reset mailer --on late --to earliest", "Read everything again."),
        ],
        subcommands: [GroupList.self, GroupDescribe.self, GroupReset.self, GroupDelete.self])
}
