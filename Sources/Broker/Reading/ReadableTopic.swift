package import CommitLog
import Synchronization

/// A topic or a subscription, which clients read as a topic of its own.
package struct ReadableTopic: Sendable {
    package let name: String
    package let id: TopicID
    /// The log's partitions in order; a subscription has those of its base topic.
    package let partitions: [PartitionID]
    /// The topic that a subscription is on; nil for a topic.
    package let base: String?

    /// Whether only subscriptions' readers see it, and nobody writes to it.
    package var isSubscription: Bool { base != nil }

    /// The partition's place in the log; nil if there is none of that number.
    package func partition(_ index: Int32) -> PartitionID? {
        partitions.indices.contains(Int(index)) ? partitions[Int(index)] : nil
    }
}

extension Broker {
    /// What clients read under a name; nil if there is neither topic nor subscription.
    package func readableTopic(_ name: String) -> ReadableTopic? {
        catalog.withLock { $0.readableTopic(name) }
    }

    /// What clients read under an identity.
    package func readableTopic(_ id: TopicID) -> ReadableTopic? {
        catalog.withLock { catalog in
            if catalog.namesByID == nil {
                var names: [TopicID: String] = [:]
                for name in catalog.readableNames {
                    if let topic = catalog.readableTopic(name) { names[topic.id] = name }
                }
                catalog.namesByID = names
            }
            return catalog.namesByID?[id].flatMap { catalog.readableTopic($0) }
        }
    }

    /// Everything that clients can read, by name.
    package func readableTopics() -> [ReadableTopic] {
        catalog.withLock { catalog in
            catalog.readableNames.sorted().compactMap { catalog.readableTopic($0) }
        }
    }
}

extension Broker.Catalog {
    fileprivate var readableNames: [String] { Array(topics.keys) + subscriptions.keys }

    fileprivate func readableTopic(_ name: String) -> ReadableTopic? {
        if let topic = topics[name] {
            return ReadableTopic(
                name: name,
                id: TopicID(
                    name: name, firstPartition: topic.partitions[0], createdAt: topic.createdAt),
                partitions: topic.partitions, base: nil)
        }
        guard let subscription = subscriptions[name], let topic = topics[subscription.topic] else {
            return nil
        }
        return ReadableTopic(
            name: name, id: TopicID(subscription: name, createdAt: subscription.createdAt),
            partitions: topic.partitions, base: subscription.topic)
    }
}
