import Broker
import KafkaWire
import Records

extension KafkaService {
    /// Keeps positions of a group; answered when they are durable.
    func answer(
        _ request: OffsetCommitRequest, _ context: RequestContext
    ) async -> OffsetCommitResponse {
        let problem = groups.mayCommit(
            request.groupID,
            MemberIdentity(
                memberID: request.memberID, instanceID: request.groupInstanceID,
                generation: request.generationIDOrMemberEpoch))
        var response = OffsetCommitResponse()
        var kept: [OffsetToKeep] = []
        for asked in request.topics {
            let readable = broker.readableTopic(asked.name)
            var topic = OffsetCommitResponse.Topic()
            topic.name = asked.name
            for partition in asked.partitions {
                var answer = OffsetCommitResponse.Topic.Partition()
                answer.index = partition.index
                answer.errorCode = KafkaErrorCode(problem)
                if problem == nil {
                    let offset = OffsetToKeep(
                        stream: asked.name, partition: partition.index,
                        offset: RecordOffset(rawValue: partition.committedOffset),
                        leaderEpoch: partition.committedLeaderEpoch,
                        metadata: partition.committedMetadata ?? "")
                    answer.errorCode = refusal(of: offset, readable)
                    if answer.errorCode == .none { kept.append(offset) }
                }
                topic.partitions.append(answer)
            }
            response.topics.append(topic)
        }
        guard let failure = await keep(kept, of: request.groupID) else { return response }
        for topic in response.topics.indices {
            for place in response.topics[topic].partitions.indices
            where response.topics[topic].partitions[place].errorCode == .none {
                response.topics[topic].partitions[place].errorCode = failure
            }
        }
        return response
    }

    /// Why a position cannot be kept; none if it can.
    func refusal(of offset: OffsetToKeep, _ topic: ReadableTopic?) -> KafkaErrorCode {
        guard topic?.partition(offset.partition) != nil else { return .unknownTopicOrPartition }
        if offset.metadata.utf8.count > KafkaLimits.offsetMetadataByteCountMax {
            return .offsetMetadataTooLarge
        }
        return offset.offset >= .zero ? .none : .invalidCommitOffsetSize
    }

    private func keep(_ offsets: [OffsetToKeep], of group: String) async -> KafkaErrorCode? {
        guard !offsets.isEmpty else { return nil }
        return await onWorker { [broker] () -> KafkaErrorCode? in
            do throws(BrokerError) { try broker.keepOffsets(offsets, of: group) } catch {
                return KafkaErrorCode(error)
            }
            return nil
        } ?? .coordinatorNotAvailable
    }

    /// Gives the positions of groups: of some partitions, or all.
    func answer(
        _ request: OffsetFetchRequest, _ context: RequestContext
    ) async -> OffsetFetchResponse {
        await onWorker { [self] in
            var response = OffsetFetchResponse()
            guard context.version >= 8 else {
                let asked = request.topics?.map { ($0.name, $0.indexes) }
                let found = positions(of: request.groupID, asked, request.requireStable)
                response.errorCode = found.error
                response.topics = found.topics.map { topic in
                    var answer = OffsetFetchResponse.Topic()
                    answer.name = topic.name
                    answer.partitions = topic.partitions.map { place in
                        var partition = OffsetFetchResponse.Topic.Partition()
                        partition.index = place.index
                        partition.committedOffset = place.committedOffset
                        partition.committedLeaderEpoch = place.committedLeaderEpoch
                        partition.metadata = place.metadata
                        partition.errorCode = place.errorCode
                        return partition
                    }
                    return answer
                }
                return response
            }
            response.groups = request.groups.map { asked in
                var group = OffsetFetchResponse.Group()
                group.groupID = asked.groupID
                let topics = asked.topics?.map { ($0.name, $0.indexes) }
                let found = positions(of: asked.groupID, topics, request.requireStable)
                group.errorCode = found.error
                group.topics = found.topics
                return group
            }
            return response
        } ?? OffsetFetchResponse()
    }

    private typealias GroupTopic = OffsetFetchResponse.Group.GroupTopic

    private func positions(
        of group: String, _ asked: [(name: String, indexes: [Int32])]?, _ requiresStable: Bool
    ) -> (error: KafkaErrorCode, topics: [GroupTopic]) {
        guard GroupCoordinator.isValid(group) else { return (.invalidGroupID, []) }
        do throws(BrokerError) {
            guard let asked else {
                let kept = try broker.groups().filter { $0.group == group }
                return (
                    .none,
                    kept.map { stream in
                        var topic = GroupTopic()
                        topic.name = stream.stream
                        topic.partitions = stream.positions.sorted { $0.key < $1.key }.map {
                            Self.answer($0.key, $0.value)
                        }
                        return topic
                    }
                )
            }
            var topics: [GroupTopic] = []
            for (name, indexes) in asked {
                var topic = GroupTopic()
                topic.name = name
                for index in indexes {
                    let kept = try broker.keptOffset(of: group, stream: name, partition: index)
                    var answer = Self.answer(index, kept)
                    if requiresStable,
                        broker.hasPendingOffset(of: group, stream: name, partition: index)
                    {
                        answer.errorCode = .unstableOffsetCommit
                    }
                    topic.partitions.append(answer)
                }
                topics.append(topic)
            }
            return (.none, topics)
        } catch {
            return (KafkaErrorCode(error), [])
        }
    }

    private static func answer(
        _ index: Int32, _ position: GroupPosition?
    ) -> GroupTopic.GroupPartition {
        var partition = GroupTopic.GroupPartition()
        partition.index = index
        partition.committedOffset = position?.offset.rawValue ?? -1
        partition.committedLeaderEpoch = position?.leaderEpoch ?? -1
        partition.metadata = position?.metadata ?? ""
        return partition
    }

    /// Forgets positions on partitions that no member reads.
    func answer(
        _ request: OffsetDeleteRequest, _ context: RequestContext
    ) async -> OffsetDeleteResponse {
        var response = OffsetDeleteResponse()
        guard GroupCoordinator.isValid(request.groupID) else {
            response.errorCode = .invalidGroupID
            return response
        }
        let subscribed = ConsumerSubscription.topics(of: groups.view(request.groupID))
        var forgotten: [(stream: String, partition: Int32)] = []
        for asked in request.topics {
            var topic = OffsetDeleteResponse.Topic()
            topic.name = asked.name
            let readable = broker.readableTopic(asked.name)
            for partition in asked.partitions {
                var answer = OffsetDeleteResponse.Topic.Partition()
                answer.index = partition.index
                if readable?.partition(partition.index) == nil {
                    answer.errorCode = .unknownTopicOrPartition
                } else if subscribed.contains(asked.name) {
                    answer.errorCode = .groupSubscribedToTopic
                } else {
                    forgotten.append((asked.name, partition.index))
                }
                topic.partitions.append(answer)
            }
            response.topics.append(topic)
        }
        let partitions = forgotten
        let failure = await onWorker { [broker] () -> KafkaErrorCode in
            do throws(BrokerError) {
                try broker.forgetOffsets(partitions, of: request.groupID)
            } catch {
                return KafkaErrorCode(error)
            }
            return .none
        }
        response.errorCode = failure ?? .coordinatorNotAvailable
        return response
    }
}
