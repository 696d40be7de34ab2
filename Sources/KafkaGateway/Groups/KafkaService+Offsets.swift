import Broker
import KafkaWire
import Records

extension KafkaService {
    /// Keeps positions of a group; answered when they are durable.
    func answer(
        _ request: OffsetCommitRequest, _ context: RequestContext
    ) async -> OffsetCommitResponse {
        let offsets = request.topics.flatMap { topic in
            topic.partitions.map { OffsetToKeep($0, of: topic.name) }
        }
        let member = MemberIdentity(
            memberID: request.memberID, instanceID: request.groupInstanceID)
        var results: [GroupError?]
        repeat {
            results = await withCheckedContinuation { continuation in
                broker.commitOffsets(
                    offsets, of: request.groupID, by: member,
                    generation: request.generationIDOrMemberEpoch,
                    knowsEpochs: context.version >= OffsetCommitRequest.epochsSince
                ) { continuation.resume(returning: $0) }
            }
            guard results.contains(.busy), !stopping.isStopped else { break }
            await pause(BrokerLimits.busyWait, context.client)
        } while true
        var rest = results[...]
        var response = OffsetCommitResponse()
        response.topics = request.topics.map { asked in
            var topic = OffsetCommitResponse.Topic()
            topic.name = asked.name
            topic.partitions = asked.partitions.map { partition in
                var answer = OffsetCommitResponse.Topic.Partition()
                answer.index = partition.index
                answer.errorCode = KafkaErrorCode(rest.popFirst() ?? nil)
                return answer
            }
            return topic
        }
        return response
    }

    private typealias GroupTopic = OffsetFetchResponse.Group.GroupTopic

    /// Gives the positions of groups: of some partitions, or all.
    func answer(
        _ request: OffsetFetchRequest, _ context: RequestContext
    ) async -> OffsetFetchResponse? {
        await onWorker { [self] in
            var response = OffsetFetchResponse()
            guard context.version >= 8 else {
                let asked = request.topics?.map { ($0.name, $0.indexes) }
                let found = positions(of: request.groupID, asked, request.requireStable)
                response.errorCode = found.error
                response.topics = found.topics.map { OffsetFetchResponse.Topic($0) }
                return response
            }
            response.groups = request.groups.distinct(by: \.groupID).map { asked in
                var group = OffsetFetchResponse.Group()
                group.groupID = asked.groupID
                do throws(GroupError) {
                    try broker.checkFetch(
                        of: asked.groupID, memberID: asked.memberID, epoch: asked.memberEpoch)
                } catch {
                    group.errorCode = KafkaErrorCode(error)
                    return group
                }
                let topics = asked.topics?.map { ($0.name, $0.indexes) }
                let found = positions(of: asked.groupID, topics, request.requireStable)
                group.errorCode = found.error
                group.topics = found.topics
                return group
            }
            return response
        }
    }

    private func positions(
        of group: String, _ asked: [(name: String, indexes: [Int32])]?, _ requiresStable: Bool
    ) -> (error: KafkaErrorCode, topics: [GroupTopic]) {
        do throws(GroupError) {
            var wanted = asked ?? []
            if asked == nil {
                wanted = try broker.keptOffsets(of: group).map {
                    ($0.stream, $0.positions.keys.sorted())
                }
            }
            // Once each: a position may have kilobytes of text beside it.
            var seen: Set<TopicPartition> = []
            return (
                .none,
                wanted.map { name, indexes in
                    var topic = GroupTopic()
                    topic.name = name
                    topic.partitions = indexes.filter {
                        seen.insert(TopicPartition(topic: name, partition: $0)).inserted
                    }.map { position(of: group, name, $0, requiresStable) }
                    return topic
                }
            )
        } catch {
            return (KafkaErrorCode(error), [])
        }
    }

    private func position(
        of group: String, _ stream: String, _ index: Int32, _ requiresStable: Bool
    ) -> GroupTopic.GroupPartition {
        var partition = GroupTopic.GroupPartition()
        partition.index = index
        partition.committedOffset = -1
        do throws(GroupError) {
            let kept = try broker.keptOffset(
                of: group, stream: stream, partition: index, isStable: requiresStable)
            guard let kept else { return partition }
            partition.committedOffset = kept.offset.rawValue
            partition.committedLeaderEpoch = kept.leaderEpoch
            partition.metadata = kept.metadata
        } catch {
            partition.errorCode = KafkaErrorCode(error)
        }
        return partition
    }

    /// Forgets positions on partitions that no member reads.
    func answer(
        _ request: OffsetDeleteRequest, _ context: RequestContext
    ) async -> OffsetDeleteResponse {
        var response = OffsetDeleteResponse()
        let partitions = request.topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.index) }
        }
        let result = await withCheckedContinuation { continuation in
            broker.forgetOffsets(partitions, of: request.groupID) {
                continuation.resume(returning: $0)
            }
        }
        switch result {
        case .failure(let error): response.errorCode = KafkaErrorCode(error)
        case .success(let results):
            var rest = results[...]
            response.topics = request.topics.map { asked in
                var topic = OffsetDeleteResponse.Topic()
                topic.name = asked.name
                topic.partitions = asked.partitions.map { place in
                    var partition = OffsetDeleteResponse.Topic.Partition()
                    partition.index = place.index
                    partition.errorCode = KafkaErrorCode(rest.popFirst() ?? nil)
                    return partition
                }
                return topic
            }
        }
        return response
    }
}

extension OffsetToKeep {
    fileprivate init(_ asked: OffsetCommitRequest.Topic.Partition, of stream: String) {
        self.init(
            stream: stream, partition: asked.index,
            offset: RecordOffset(rawValue: asked.committedOffset),
            leaderEpoch: asked.committedLeaderEpoch, metadata: asked.committedMetadata ?? "")
    }
}

extension OffsetFetchResponse.Topic {
    /// The same in the words of the versions for one group.
    fileprivate init(_ topic: OffsetFetchResponse.Group.GroupTopic) {
        self.init()
        name = topic.name
        partitions = topic.partitions.map { place in
            var partition = OffsetFetchResponse.Topic.Partition()
            partition.index = place.index
            partition.committedOffset = place.committedOffset
            partition.committedLeaderEpoch = place.committedLeaderEpoch
            partition.metadata = place.metadata
            partition.errorCode = place.errorCode
            return partition
        }
    }
}
