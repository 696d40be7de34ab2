import ArgumentParser
import Broker
import Filters
import Platform
import Records

/// Which records a reading command wants: those of a topic, or of a subscription, that meet the
/// conditions of the command line besides.
struct ReadSelection {
    /// The topic's or subscription's name: what a consumer group's positions belong to.
    let stream: String
    let topic: TopicDescription
    /// The subscription's, then the command line's; all have to keep a record.
    let filters: [SubscriptionFilter]
    /// What tells this choice of records from another.
    let fingerprintText: String

    /// Finds what is meant.
    ///
    /// `name` is that of a topic, or of a subscription: clients see both under their names.
    /// `filter` holds the conditions of the command line; records that they cannot evaluate are
    /// dropped.
    init(
        _ broker: Broker, name: String?, subscription: String?, filter: FilterArguments
    ) throws {
        let known = Set(broker.subscriptions().map(\.name))
        var filters: [SubscriptionFilter] = []
        var fingerprint = ""
        if let subscription = subscription ?? name.flatMap({ known.contains($0) ? $0 : nil }) {
            let description = try broker.subscription(subscription)
            stream = subscription
            topic = try broker.topic(description.topic)
            filters.append(try SubscriptionFilter(description.filter))
            fingerprint = "subscription \(subscription) version \(description.version)\n"
        } else {
            guard let name else {
                throw CommandFailure.usage("Name a topic, or a subscription with --subscription.")
            }
            stream = name
            topic = try broker.topic(name)
        }
        if !filter.isEmpty {
            filters.append(
                try filter.compile(topic.settings.format, errorPolicy: .drop))
        }
        self.filters = filters
        fingerprintText =
            fingerprint + "topic \(topic.name)\nwhere \(filter.condition ?? "-")\n"
            + "tag \(filter.tag ?? "-")\npattern \(filter.pattern ?? "-") "
            + "\(filter.patternFlags ?? "-") \(filter.patternOn ?? "-")\n"
    }

    /// What the records of each partition have in common, in the order of a source's splits.
    var streams: [RecordStream] {
        topic.partitions.map { RecordStream(topic: topic.name, partition: $0.index) }
    }
}
