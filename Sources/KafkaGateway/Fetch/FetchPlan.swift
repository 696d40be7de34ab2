import Broker
import CommitLog
import KafkaWire
import NIOCore
import Records

/// The partitions that a fetch names: where each is read, and where its part of the answer goes.
struct FetchPlan {
    /// Of one partition of the request: the place of what is read, or why nothing is.
    private enum Part {
        case item(Int)
        case refused(KafkaErrorCode)
    }

    /// What is read.
    var items: [FetchItem] = []
    private let request: FetchRequest
    private var parts: [[Part]] = []
    /// Whether something is to be told at once.
    private(set) var hasError = false

    init(_ request: FetchRequest, version: Int16, _ broker: Broker) {
        self.request = request
        for asked in request.topics {
            let topic =
                version >= FetchRequest.topicIDsSince
                ? broker.readableTopic(TopicID(asked.topicID))
                : broker.readableTopic(asked.topic)
            let unknown: KafkaErrorCode =
                version >= FetchRequest.topicIDsSince ? .unknownTopicID : .unknownTopicOrPartition
            parts.append(
                asked.partitions.map { partition in
                    guard let topic else { return refuse(unknown) }
                    return add(partition, of: topic)
                })
        }
    }

    private mutating func add(
        _ asked: FetchRequest.Topic.Partition, of topic: ReadableTopic
    ) -> Part {
        guard let id = topic.partition(asked.index) else {
            return refuse(.unknownTopicOrPartition)
        }
        // The only epoch that there has ever been is 0.
        if asked.currentLeaderEpoch > 0 { return refuse(.unknownLeaderEpoch) }
        guard asked.fetchOffset >= 0 else { return refuse(.offsetOutOfRange) }
        items.append(
            FetchItem(
                topic: topic, partition: asked.index, id: id, offset: asked.fetchOffset,
                byteCountMax: max(1, Int(asked.partitionMaxBytes)),
                next: RecordOffset(rawValue: asked.fetchOffset)))
        return .item(items.count - 1)
    }

    private mutating func refuse(_ error: KafkaErrorCode) -> Part {
        hasError = true
        return .refused(error)
    }

    /// The answer, in the order of the request.
    func response() -> FetchResponse {
        var response = FetchResponse()
        for (asked, parts) in zip(request.topics, parts) {
            var topic = FetchResponse.Topic()
            topic.topic = asked.topic
            topic.topicID = asked.topicID
            for (partition, part) in zip(asked.partitions, parts) {
                topic.partitions.append(answer(to: partition, part))
            }
            response.topics.append(topic)
        }
        return response
    }

    private func answer(
        to asked: FetchRequest.Topic.Partition, _ part: Part
    ) -> FetchResponse.Topic.Partition {
        var answer = FetchResponse.Topic.Partition()
        answer.index = asked.index
        switch part {
        case .refused(let error):
            answer.errorCode = error
            answer.highWatermark = -1
            // Not null: librdkafka 2.16 takes the whole answer for damaged then, and asks again at once.
            answer.records = WireRecords(pieces: [])
        case .item(let place):
            let item = items[place]
            answer.errorCode = item.error ?? .none
            answer.highWatermark = item.read?.highWatermark.rawValue ?? -1
            answer.lastStableOffset = item.read?.lastStableOffset.rawValue ?? -1
            answer.logStartOffset = item.read?.start.rawValue ?? -1
            if request.isolationLevel == 1 {
                answer.abortedTransactions = item.aborted.map { aborted in
                    var transaction = FetchResponse.Topic.Partition.AbortedTransaction()
                    transaction.producerID = aborted.producerID
                    transaction.firstOffset = aborted.first.rawValue
                    return transaction
                }
            }
            answer.records = WireRecords(pieces: item.pieces)
        }
        return answer
    }
}
