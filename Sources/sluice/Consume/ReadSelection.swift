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
    /// The subscription's name, if it is one.
    let subscription: String?
    /// Decides by the subscription's filter, then by the command line's conditions.
    let selector: RecordSelector
    /// What tells this choice of records from another.
    let fingerprintText: String

    /// Finds what is meant.
    ///
    /// `name` is that of a topic, or of a subscription: clients see both under their names.
    /// `filter` holds the conditions of the command line; records that they cannot evaluate are
    /// dropped. `version` is for a subscription alone.
    init(
        _ broker: any BrokerAccess, name: String?, subscription: String?, filter: FilterArguments,
        version: FilterVersionArgument = .inForce
    ) throws {
        let known = Set(try broker.subscriptions().map(\.name))
        var found: (name: String, reading: RecordSelector.Reading)?
        var fingerprint = ""
        if let subscription = subscription ?? name.flatMap({ known.contains($0) ? $0 : nil }) {
            let description = try broker.subscription(subscription)
            stream = subscription
            topic = try broker.topic(description.topic)
            found = (subscription, try version.reading(description))
            // Made anew under the same name it is another one; a new version is not.
            fingerprint = "subscription \(subscription) of \(description.createdAt)\n"
        } else {
            guard let name else {
                throw CommandFailure.usage("Name a topic, or a subscription with --subscription.")
            }
            guard version == .inForce else {
                throw CommandFailure.usage(
                    "'\(name)' is a topic, and --filter-version is for subscriptions. Leave it out."
                )
            }
            stream = name
            topic = try broker.topic(name)
        }
        let conditions =
            filter.isEmpty ? [] : [try filter.compile(topic.settings.format, errorPolicy: .drop)]
        self.subscription = found?.name
        if let found {
            selector = try RecordSelector(
                broker, subscription: found.name, reading: found.reading, conditions: conditions)
        } else {
            selector = RecordSelector(conditions: conditions)
        }
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
