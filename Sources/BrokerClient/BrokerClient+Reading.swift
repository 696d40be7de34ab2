package import Broker
import KafkaWire
import Records

extension BrokerClient {
    package func openSource(
        topic: String, end: TopicSource.End, selector: RecordSelector?
    ) throws(BrokerError) -> any TopicReading {
        try RemoteTopicSource(self, topic: topic, end: end, selector: selector)
    }

    /// The first record of a partition at or after a time, in milliseconds since 1970; nil if there
    /// is none.
    func offset(
        of topic: String, _ partition: Int32, atOrAfter timestamp: Int64
    ) throws(BrokerError) -> RecordOffset? {
        var entry = ListOffsetsRequest.Topic.Partition()
        entry.index = partition
        // Numbers below zero stand for something else.
        entry.timestamp = max(0, timestamp)
        var asked = ListOffsetsRequest.Topic()
        (asked.name, asked.partitions) = (topic, [entry])
        var request = ListOffsetsRequest()
        (request.replicaID, request.topics) = (-1, [asked])
        guard let answer = try connection.ask(request).topics.first?.partitions.first else {
            throw damaged("no offset")
        }
        guard answer.errorCode == .none else {
            throw .server(
                "\(topic), partition \(partition) cannot be searched: \(answer.errorCode)")
        }
        return answer.offset < 0 ? nil : RecordOffset(rawValue: answer.offset)
    }

    /// Record batches from an offset on, of committed transactions; at least one if there is one.
    func fetch(
        _ topic: String, _ partition: Int32, from offset: RecordOffset, byteCountMax: Int
    ) throws(BrokerError) -> FetchResponse.Topic.Partition {
        let answer = try fetch(
            topic, [(partition, offset)], byteCountMax: byteCountMax, waitMilliseconds: 0)
        let found = answer.topics.first?.partitions.first
        let code = answer.errorCode == .none ? found?.errorCode ?? .none : answer.errorCode
        guard code == .none, let found else {
            throw .server("\(topic), partition \(partition) cannot be read at \(offset): \(code)")
        }
        return found
    }

    /// Returns when one of the places has a record, and after ``ClientLimits/waitMilliseconds``.
    func waitForRecords(
        of topic: String, _ places: [(partition: Int32, offset: RecordOffset)]
    ) throws(BrokerError) {
        _ = try fetch(
            topic, places, byteCountMax: 1, waitMilliseconds: ClientLimits.waitMilliseconds)
    }

    private func fetch(
        _ topic: String, _ places: [(partition: Int32, offset: RecordOffset)], byteCountMax: Int,
        waitMilliseconds: Int32
    ) throws(BrokerError) -> FetchResponse {
        var asked = FetchRequest.Topic()
        asked.topic = topic
        asked.partitions = places.map { partition, offset in
            var entry = FetchRequest.Topic.Partition()
            (entry.index, entry.fetchOffset) = (partition, offset.rawValue)
            entry.partitionMaxBytes = Int32(clamping: byteCountMax)
            return entry
        }
        var request = FetchRequest()
        request.maxBytes = Int32(clamping: byteCountMax)
        (request.minBytes, request.maxWaitMilliseconds) = (1, waitMilliseconds)
        request.isolationLevel = Self.readCommitted
        request.topics = [asked]
        // Later versions name topics by their identities.
        return try connection.ask(request, versionMax: FetchRequest.topicIDsSince - 1)
    }

    private static let readCommitted: Int8 = 1
}
