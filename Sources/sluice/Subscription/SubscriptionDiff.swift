import ArgumentParser
import Broker
import Connectors
import Filters
import Platform

/// `sluice subscription diff`.
struct SubscriptionDiff: Command {
    static let configuration = CommandConfiguration(
        "diff", abstract: "Show what another filter gains and loses, on stored records.",
        discussion: """
            Compares two versions, the last two if none is named, one and the newest if one is; or \
            with conditions a version, the newest if none is named, and what alter would make of \
            it. Every record is looked at by both, whichever it belongs to. Nothing is changed.
            """,
        examples: [
            Example("sluice subscription diff late", "What the last change has changed."),
            Example("sluice subscription diff late 1 3 --since 1d", "Of the last day's records."),
            Example(
                "sluice subscription diff late --where 'dep_delay > 90'",
                "What a change would do, before it is made."),
        ])

    @Argument(help: "The subscription.")
    var name: String

    @Argument(help: ArgumentHelp("Versions: numbers, or latest.", valueName: "version"))
    var versions: [FilterVersionArgument] = []

    @Option(
        help: ArgumentHelp(
            """
            Where to begin: so long ago (1d, 6h), a time in ISO 8601 or @milliseconds, or an offset \
            of every partition (default: earliest).
            """, valueName: "when"))
    var since: SincePosition?

    @Option(
        name: [.long, .customShort("n")],
        help: ArgumentHelp("Show so many records of each kind (default: 5).", valueName: "count"))
    var limit = 5

    @OptionGroup var change: FilterChange
    @OptionGroup var place: BrokerOptions
    @OptionGroup var output: OutputOptions

    mutating func validate() throws {
        if limit < 0 { throw ValidationError("--limit cannot be \(limit). Use 0 or more.") }
        if versions.contains(.inForce) {
            throw ValidationError("Only versions can be compared: a number, or latest.")
        }
        guard versions.count <= (change.isEmpty ? 2 : 1) else {
            throw ValidationError(
                change.isEmpty
                    ? "Two versions can be compared, not \(versions.count)."
                    : "With conditions name one version at most: the one to change.")
        }
    }

    func run(_ console: Console) throws -> ExitStatus {
        try place.withBroker(creates: false, console: console) { broker in
            let subscription = try broker.subscription(name)
            let topic = try broker.topic(subscription.topic)
            let (before, after) = try sides(subscription, topic)
            let source = try broker.openSource(topic: topic.name, end: .current, selector: nil)
            defer { source.close() }
            let start = since?.start(now: SystemClock().wallMilliseconds) ?? .earliest
            try start.seek(source, of: topic)
            var run = try SubscriptionDifference(
                topic, before: before.filter, after: after.filter, sampleCount: limit)
            try run.read(source)
            try show(run, before.title, after.title, console)
        }
        return StopSignals.received == nil ? .done : .interrupted
    }

    /// What is compared, and what it is called.
    private typealias Side = (title: String, filter: FilterDefinition)

    private func sides(
        _ subscription: SubscriptionDescription, _ topic: TopicDescription
    ) throws -> (before: Side, after: Side) {
        let named = try versions.map { argument in
            switch argument {
            case .number(let number): try subscription.version(number)
            case .latest, .inForce: subscription.current
            }
        }
        guard change.isEmpty else {
            let before = named.first ?? subscription.current
            let changed = try change.apply(
                to: before.filter, of: name, topic.settings.format)
            return (Self.side(before), (Self.title("not stored", changed), changed))
        }
        guard let before = named.first ?? subscription.versions.dropLast().last else {
            throw CommandFailure.usage(
                "Subscription '\(name)' has one version. Say what to compare it with: "
                    + "sluice subscription diff \(name) --where CONDITION")
        }
        return (Self.side(before), Self.side(named.count == 2 ? named[1] : subscription.current))
    }

    private static func side(_ version: SubscriptionVersion) -> Side {
        (title("version \(version.number)", version.filter), version.filter)
    }

    private static func title(_ name: String, _ filter: FilterDefinition) -> String {
        "\(name): \(SubscriptionReport.conditions(of: filter))"
    }

    private func show(
        _ run: SubscriptionDifference, _ before: String, _ after: String, _ console: Console
    ) throws {
        var details = Details()
        details.add("Subscription", .text(name))
        details.add("Before", .text(before))
        details.add("After", .text(after))
        details.add("Looked at", .count(run.difference.countsBefore.seen), name: "seen")
        details.add("Delivered by both", .count(run.difference.kept), name: "both")
        details.add("Gained", .count(run.difference.gained))
        details.add("Lost", .count(run.difference.lost))
        details.add(
            "Not evaluated before", .count(run.difference.countsBefore.failed),
            name: "failed_before")
        details.add(
            "Not evaluated after", .count(run.difference.countsAfter.failed), name: "failed_after")
        switch output.output {
        case .json:
            details.add("Gained samples", run.gained.objects)
            details.add("Lost samples", run.lost.objects)
            try details.print(to: console, as: .json)
        case .text:
            try run.gained.print("gained", to: console)
            try run.lost.print("lost", to: console)
            try details.print(to: console, as: .text)
        }
        if StopSignals.received != nil {
            console.note("stopped before the end: the counts are of what was read")
        }
    }
}
