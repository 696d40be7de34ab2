package import CommitLog
package import Filters
package import Records

/// Why the broker refuses.
///
/// Each says what, where and what to do next.
package enum BrokerError: Error, CustomStringConvertible {
    case topicExists(String)
    /// `nearest` is the most similar name there is, if one is similar.
    case unknownTopic(String, nearest: String?)
    case unknownSubscription(String, nearest: String?)
    case unknownPartition(topic: String, partition: Int32, count: Int32)
    case subscriptionExists(String)
    /// `known` are the numbers of the versions that are kept, ascending.
    case unknownVersion(Int32, subscription: String, known: [Int32])
    /// Records belong to all of the versions that a subscription may have.
    case tooManyVersions(subscription: String, limit: Int)
    /// A filter that compiled when it was stored does not any more.
    case storedFilter(FilterError, subscription: String, version: Int32)
    /// A topic and a subscription cannot share a name: clients see both as topics.
    case nameTaken(String, by: String)
    case topicHasSubscriptions(String, [String])
    case invalidName(InvalidTopicName)
    case invalidSetting(name: String, value: String, rule: String)
    case unknownSetting(String, nearest: String?)
    /// All topics together would have so many.
    case tooManyPartitions(found: Int, limit: Int)
    /// A topic that keeps the newest record of each key was given a record without one.
    case keylessRecord(topic: String)
    case topicDoesNotCompact(String)
    /// The error policy of a subscription on this topic is to stop at a record that its filter
    /// cannot decide about.
    case subscriptionStopped(topic: String, partition: Int32, offset: Int64)
    case maintenance(MaintenanceError)
    case append(AppendError)
    /// What a pipeline wants to commit at once does not fit one frame of the log.
    case commitTooLarge(limit: AppendError)
    case read(ReadError)
    case records(BatchError, topic: String, partition: Int32, offset: Int64)
    /// A value of the keyed state that this version cannot read.
    case damagedState(table: String, key: String)
    /// A topic that was opened to be written was deleted and made anew since.
    case topicMadeAnew(String)
    case refusedBatch(ProduceError, topic: String, partition: Int32)
    /// What a server said, or why it could not be asked.
    case server(String)

    package var description: String {
        switch self {
        case .topicExists(let name):
            "Topic '\(name)' exists already. Use another name, or see it with: sluice topic describe \(name)"
        case .unknownTopic(let name, let nearest):
            "There is no topic '\(name)'.\(Self.hint(nearest)) See all with: sluice topic list"
        case .unknownSubscription(let name, let nearest):
            "There is no subscription '\(name)'.\(Self.hint(nearest)) See all with: sluice subscription list"
        case .unknownPartition(let topic, let partition, let count):
            "Topic '\(topic)' has no partition \(partition): its partitions are 0 to \(count - 1)."
        case .subscriptionExists(let name):
            "Subscription '\(name)' exists already. Change it with: sluice subscription alter \(name)"
        case .unknownVersion(let number, let subscription, let known):
            "Subscription '\(subscription)' has no version \(number). \(Self.nearest(to: number, known)) "
                + "See all with: sluice subscription describe \(subscription)"
        case .tooManyVersions(let subscription, let limit):
            "Subscription '\(subscription)' has \(limit) versions, and stored records belong to each "
                + "of them. Make another subscription, or remove old records of the topic first."
        case .storedFilter(let error, let subscription, let version):
            "The filter of subscription '\(subscription)', version \(version), does not compile in "
                + "this version of sluice: \(error). Give it anew with: sluice subscription alter "
                + subscription
        case .nameTaken(let name, let kind):
            "The name '\(name)' belongs to a \(kind): topics and subscriptions share their names, "
                + "because clients read both as topics. Use another name."
        case .topicHasSubscriptions(let name, let subscriptions):
            "Topic '\(name)' has subscriptions: \(subscriptions.joined(separator: ", ")). "
                + "Delete them first with: sluice subscription delete NAME"
        case .invalidName(let error): error.description
        case .invalidSetting(let name, let value, let rule):
            "The setting \(name) cannot be \(value): it has to be \(rule)."
        case .unknownSetting(let name, let nearest):
            "There is no setting '\(name)'.\(Self.hint(nearest)) The settings are: "
                + TopicConfig.allCases.map(\.rawValue).joined(separator: ", ") + "."
        case .tooManyPartitions(let found, let limit):
            "All topics together would have \(found) partitions, the limit is \(limit). Delete some, "
                + "or raise max.partitions of the server."
        case .keylessRecord(let topic):
            "Topic '\(topic)' keeps the newest record of each key (cleanup.policy=compact), and this "
                + "record has no key. Give it one, or let the topic only delete: "
                + "sluice topic alter \(topic) --cleanup delete"
        case .topicDoesNotCompact(let name):
            "Topic '\(name)' does not compact. Let it do so with: "
                + "sluice topic alter \(name) --cleanup compact"
        case .subscriptionStopped(let topic, let partition, let offset):
            "The filter cannot decide about the record at offset \(offset) of topic '\(topic)', "
                + "partition \(partition), and its error policy is to stop there. Read on behind "
                + "it, or let the subscription drop such records (--on-error drop)."
        case .maintenance(let error): error.description
        case .append(let error): error.description
        case .commitTooLarge(let limit):
            "Records and state that have to become visible together do not fit one commit: "
                + "\(limit.description). Nothing of them was written. Write the results to a "
                + "file, or make fewer at once: shorter windows, HAVING."
        case .read(let error): error.description
        case .records(let error, let topic, let partition, let offset):
            "Topic '\(topic)', partition \(partition), offset \(offset): \(error.description). "
                + "Look at it with: sluice log verify"
        case .damagedState(let table, let key):
            "The stored \(table) entry '\(key)' cannot be read by this version of sluice. "
                + "Check the data directory with: sluice log verify"
        case .topicMadeAnew(let name):
            "Topic '\(name)' was deleted and made anew since it was opened; nothing was written. "
                + "Start again to write to the new one."
        case .refusedBatch(let error, let topic, let partition):
            "Records for \(topic), partition \(partition) are refused, and nothing was written: "
                + "\(error)"
        case .server(let reason): reason
        }
    }

    /// The numbers on both sides of one that is not there.
    private static func nearest(to number: Int32, _ known: [Int32]) -> String {
        let sides = [known.last { $0 < number }, known.first { $0 > number }].compactMap { $0 }
        return "The nearest: \(sides.map { "\($0)" }.joined(separator: " and "))."
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { " Did you mean '\($0)'?" } ?? ""
    }
}
