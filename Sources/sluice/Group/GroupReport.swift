import Broker
import Records

/// A group's positions beside the ends of the partitions.
struct GroupReport {
    /// One partition that the group has a position in.
    struct Row {
        let partition: Int32
        let offset: Int64
        let end: Int64
        let savedAt: Int64
        /// Records, or gaps, that are left.
        var lag: Int64 { max(0, end - offset) }
    }

    let group: GroupDescription
    let rows: [Row]

    init(_ group: GroupDescription, in broker: any BrokerAccess) throws(BrokerError) {
        self.group = group
        let topic = try broker.topic(of: group.stream)
        rows = group.positions.sorted { $0.key < $1.key }.map { partition, position in
            let end = topic.partitions.first { $0.index == partition }?.end ?? position.offset
            return Row(
                partition: partition, offset: position.offset.rawValue, end: end.rawValue,
                savedAt: position.savedAt)
        }
    }

    var lag: Int64 { rows.reduce(0) { $0 + $1.lag } }
    var savedAt: Int64 { rows.map(\.savedAt).max() ?? 0 }

    /// The groups of that name, on one stream or on all.
    ///
    /// - Throws: if there is none, with the most similar name.
    static func find(
        _ name: String, on stream: String?, in broker: any BrokerAccess
    ) throws -> [GroupReport] {
        let found = try broker.groups().filter {
            $0.group == name && (stream == nil || $0.stream == stream)
        }
        guard !found.isEmpty else {
            let hint = try broker.nearestGroup(to: name).flatMap {
                $0 == name ? nil : " Did you mean '\($0)'?"
            }
            throw CommandFailure(
                "There is no group '\(name)'\(stream.map { " on \($0)" } ?? "").\(hint ?? "") "
                    + "See all with: sluice group list")
        }
        return try found.map { try GroupReport($0, in: broker) }
    }
}

extension BrokerAccess {
    /// The topic that a stream's name stands for: itself, or a subscription's topic.
    func topic(of stream: String) throws(BrokerError) -> TopicDescription {
        guard let subscription = try subscriptions().first(where: { $0.name == stream }) else {
            return try topic(stream)
        }
        return try topic(subscription.topic)
    }
}
