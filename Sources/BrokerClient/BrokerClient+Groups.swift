package import Broker
import KafkaWire
package import Records

extension BrokerClient {
    package func groups() throws(BrokerError) -> [GroupDescription] {
        try groups(nil, stream: nil)
    }

    package func groupPositions(
        _ group: String, stream: String
    ) throws(BrokerError) -> [Int32: GroupPosition] {
        try groups(group, stream: stream).first?.positions ?? [:]
    }

    private func groups(
        _ group: String?, stream: String?
    ) throws(BrokerError) -> [GroupDescription] {
        var request = GroupPositionsRequest()
        (request.group, request.stream) = (group, stream)
        return try ask(request).groups.map { group in
            GroupDescription(
                group: group.group, stream: group.stream,
                positions: group.positions.reduce(into: [:]) { positions, stored in
                    positions[stored.partition] = GroupPosition(
                        offset: RecordOffset(rawValue: max(0, stored.offset)),
                        savedAt: stored.savedAt, leaderEpoch: stored.leaderEpoch,
                        metadata: stored.metadata)
                })
        }
    }

    package func saveGroupPositions(
        _ group: String, stream: String, _ offsets: [Int32: RecordOffset],
        counts: [Int32: FilterCounts]
    ) throws(BrokerError) {
        guard !offsets.isEmpty else { return }
        var request = SetGroupPositionsRequest()
        (request.group, request.stream) = (group, stream)
        request.positions = offsets.sorted { $0.key < $1.key }.map { partition, offset in
            var position = SetGroupPositionsRequest.Position()
            (position.partition, position.offset) = (partition, offset.rawValue)
            return position
        }
        request.counts = counts.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
            .map { version, value in
                var counts = SetGroupPositionsRequest.Counts()
                (counts.version, counts.counts) = (version, value.encoded())
                return counts
            }
        _ = try ask(request)
    }

    package func deleteGroup(_ group: String, stream: String) throws(BrokerError) {
        var request = SetGroupPositionsRequest()
        (request.group, request.stream, request.forgets) = (group, stream, true)
        _ = try ask(request)
    }
}
