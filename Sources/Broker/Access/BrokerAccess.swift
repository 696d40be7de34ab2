import Expressions
package import Records

/// What commands ask of a broker: the one in this process, or that of a running server.
///
/// ``Broker`` does it itself; `BrokerClient` asks a server for the same over the wire. Both refuse
/// with the same words.
package protocol BrokerAccess: TopicAccess, SubscriptionAccess, GroupAccess, RecordAccess {}

extension BrokerAccess {
    /// Saves positions of a group without any counts.
    package func saveGroupPositions(
        _ group: String, stream: String, _ offsets: [Int32: RecordOffset]
    ) throws(BrokerError) {
        try saveGroupPositions(group, stream: stream, offsets, counts: [:])
    }

    /// The group whose name is most similar, if one is similar.
    package func nearestGroup(to name: String) throws(BrokerError) -> String? {
        NearestName.find(name, in: try groups().map(\.group))
    }
}
