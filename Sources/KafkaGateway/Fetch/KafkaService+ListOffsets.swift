import Broker
import CommitLog
import KafkaWire
import Records

extension KafkaService {
    /// Finds offsets by time, or the ends of partitions.
    ///
    /// A subscription has the offsets of its topic.
    func answer(_ request: ListOffsetsRequest, _ context: RequestContext) async
        -> ListOffsetsResponse?
    {
        await onWorker { [self] in
            var response = ListOffsetsResponse()
            for asked in request.topics {
                var topic = ListOffsetsResponse.Topic()
                topic.name = asked.name
                let readable = broker.readableTopic(asked.name)
                topic.partitions = asked.partitions.map { partition in
                    find(partition, readable, isCommitted: request.isolationLevel == 1)
                }
                response.topics.append(topic)
            }
            return response
        }
    }

    private func find(
        _ asked: ListOffsetsRequest.Topic.Partition, _ topic: ReadableTopic?, isCommitted: Bool
    ) -> ListOffsetsResponse.Topic.Partition {
        var answer = ListOffsetsResponse.Topic.Partition()
        answer.index = asked.index
        guard let id = topic?.partition(asked.index), let bounds = broker.log.bounds(id) else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        answer.leaderEpoch = 0
        do throws(ReadError) {
            switch asked.timestamp {
            case ListOffsetsRequest.latest:
                let stable = broker.log.stableView(id, from: bounds.end)?.lastStableOffset
                answer.offset = (isCommitted ? stable ?? bounds.end : bounds.end).rawValue
            case ListOffsetsRequest.earliest, ListOffsetsRequest.earliestLocal:
                answer.offset = bounds.start.rawValue
            case ListOffsetsRequest.maxTimestamp:
                guard let found = try broker.log.newestRecord(id) else { break }
                answer.timestamp = found.timestamp
                answer.offset = found.offset.rawValue
            case 0...:
                guard let found = try broker.log.record(id, atOrAfter: asked.timestamp) else {
                    break
                }
                answer.timestamp = found.timestamp
                answer.offset = found.offset.rawValue
            default: break
            }
        } catch {
            answer.errorCode = KafkaErrorCode(.read(error))
        }
        if answer.offset < 0 { answer.leaderEpoch = -1 }
        return answer
    }

    /// Where the records of an epoch end: there is one epoch, so at the partition's end.
    func answer(_ request: OffsetForLeaderEpochRequest, _ context: RequestContext) async
        -> OffsetForLeaderEpochResponse
    {
        var response = OffsetForLeaderEpochResponse()
        for asked in request.topics {
            var topic = OffsetForLeaderEpochResponse.Topic()
            topic.topic = asked.topic
            let readable = broker.readableTopic(asked.topic)
            topic.partitions = asked.partitions.map { partition in
                var answer = OffsetForLeaderEpochResponse.Topic.Partition()
                answer.index = partition.index
                guard let id = readable?.partition(partition.index),
                    let bounds = broker.log.bounds(id)
                else {
                    answer.errorCode = .unknownTopicOrPartition
                    return answer
                }
                if partition.currentLeaderEpoch > 0 {
                    answer.errorCode = .unknownLeaderEpoch
                } else if partition.leaderEpoch == 0 {
                    answer.leaderEpoch = 0
                    answer.endOffset = bounds.end.rawValue
                }
                return answer
            }
            response.topics.append(topic)
        }
        return response
    }
}
