import Bytes
import CommitLog
import Expressions
import Records

/// A consumer group's positions on one topic or subscription.
package struct GroupDescription: Sendable, Equatable {
    package let group: String
    /// Topic or subscription.
    package let stream: String
    /// By partition.
    package let positions: [Int32: GroupPosition]

    package init(group: String, stream: String, positions: [Int32: GroupPosition]) {
        self.group = group
        self.stream = stream
        self.positions = positions
    }
}

extension Broker {
    /// All groups on all that they read, by group and stream.
    package func groups() throws(BrokerError) -> [GroupDescription] {
        var positions: [[String]: [Int32: GroupPosition]] = [:]
        for entry in log.entries(table: StateTable.groupPositions.rawValue, prefix: []) {
            var cursor = ByteCursor(entry.key.rawSpan)
            guard let stream = cursor.text(), let group = cursor.text(),
                let partition = cursor.text().flatMap({ Int32($0) }),
                let position = GroupPosition(decoding: entry.value)
            else { throw .damagedState(table: "group", key: StateKey.name(entry.key)) }
            positions[[group, stream], default: [:]][partition] = position
        }
        return positions.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            GroupDescription(group: $0.key[0], stream: $0.key[1], positions: $0.value)
        }
    }

    /// Forgets a group's positions on a stream, if there are any; durable on return.
    package func deleteGroup(_ group: String, stream: String) throws(BrokerError) {
        let pending = transactions.pendingPositions(of: group).filter { $0.stream == stream }
        try append(
            [
                .removePrefix(
                    table: StateTable.groupPositions.rawValue,
                    prefix: StateKey.make(stream, group))
            ] + pending.map(\.removal))
    }
}
