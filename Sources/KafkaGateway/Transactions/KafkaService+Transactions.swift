import Broker
import KafkaWire
import Records

extension KafkaService {
    private typealias Nothing = Result<Void, TransactionError>

    /// Gives a producer its identity.
    func answer(
        _ request: InitProducerIDRequest, _ context: RequestContext
    ) async -> InitProducerIDResponse {
        let expected =
            request.producerID >= 0
            ? ProducerIdentity(id: request.producerID, epoch: request.producerEpoch) : nil
        let result: Result<ProducerIdentity, TransactionError> = await withCheckedContinuation {
            continuation in
            broker.initializeProducer(
                request.transactionalID, timeout: request.transactionTimeoutMilliseconds,
                expected: expected
            ) { continuation.resume(returning: $0) }
        }
        var response = InitProducerIDResponse()
        switch result {
        case .success(let producer):
            response.producerID = producer.id
            response.producerEpoch = producer.epoch
        case .failure(let error):
            response.errorCode = KafkaErrorCode(error).beforeFencing(context.version < 4)
        }
        return response
    }

    /// Makes partitions part of a transaction: all or none.
    func answer(
        _ request: AddPartitionsToTxnRequest, _ context: RequestContext
    ) async -> AddPartitionsToTxnResponse {
        let partitions = request.v3AndBelowTopics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        let producer = ProducerIdentity(
            id: request.v3AndBelowProducerID, epoch: request.v3AndBelowProducerEpoch)
        let result: Nothing = await withCheckedContinuation { continuation in
            broker.addPartitions(
                partitions, to: request.v3AndBelowTransactionalID, by: producer
            ) { continuation.resume(returning: $0) }
        }
        var unknown: Set<TopicPartition> = []
        if case .failure(.unknownPartitions(let found)) = result { unknown = Set(found) }
        let error = KafkaErrorCode(result).beforeFencing(context.version < 2)
        var response = AddPartitionsToTxnResponse()
        response.resultsByTopicV3AndBelow = request.v3AndBelowTopics.map { asked in
            var topic = AddPartitionsToTxnResponse.Topic()
            topic.name = asked.name
            topic.resultsByPartition = asked.partitions.map { index in
                var partition = AddPartitionsToTxnResponse.Topic.Partition()
                partition.index = index
                let isUnknown = unknown.contains(
                    TopicPartition(topic: asked.name, partition: index))
                partition.partitionErrorCode =
                    unknown.isEmpty || isUnknown ? error : .operationNotAttempted
                return partition
            }
            return topic
        }
        return response
    }

    /// Lets a transaction commit positions of a group.
    func answer(
        _ request: AddOffsetsToTxnRequest, _ context: RequestContext
    ) async -> AddOffsetsToTxnResponse {
        var response = AddOffsetsToTxnResponse()
        guard GroupCoordinator.isValid(request.groupID) else {
            response.errorCode = .invalidGroupID
            return response
        }
        let result: Nothing = await withCheckedContinuation { continuation in
            broker.addOffsets(
                of: request.groupID, to: request.transactionalID,
                by: ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
            ) { continuation.resume(returning: $0) }
        }
        response.errorCode = KafkaErrorCode(result).beforeFencing(context.version < 2)
        return response
    }

    /// Keeps positions of a group until the transaction ends.
    func answer(
        _ request: TxnOffsetCommitRequest, _ context: RequestContext
    ) async -> TxnOffsetCommitResponse {
        var response = TxnOffsetCommitResponse()
        var kept: [TransactionOffset] = []
        let problem = refusal(of: request)
        for asked in request.topics {
            let offsets = asked.partitions.map { OffsetToKeep($0, of: asked.name) }
            let refusals = broker.refusals(of: offsets)
            var topic = TxnOffsetCommitResponse.Topic()
            topic.name = asked.name
            for (offset, refusal) in zip(offsets, refusals) {
                var answer = TxnOffsetCommitResponse.Topic.Partition()
                answer.index = offset.partition
                answer.errorCode = KafkaErrorCode(problem ?? refusal)
                if answer.errorCode == .none { kept.append(TransactionOffset(offset)) }
                topic.partitions.append(answer)
            }
            response.topics.append(topic)
        }
        guard !kept.isEmpty else { return response }
        let offsets = kept
        let result: Nothing = await withCheckedContinuation { continuation in
            broker.commitOffsets(
                offsets, of: request.groupID, in: request.transactionalID,
                by: ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
            ) { continuation.resume(returning: $0) }
        }
        guard case .failure(let error) = result else { return response }
        let code = KafkaErrorCode(error).beforeFencing(true)
        for topic in response.topics.indices {
            for place in response.topics[topic].partitions.indices
            where response.topics[topic].partitions[place].errorCode == .none {
                response.topics[topic].partitions[place].errorCode = code
            }
        }
        return response
    }

    /// A consumer that says who it is has to be a member (KIP-447); others say nothing.
    private func refusal(of request: TxnOffsetCommitRequest) -> GroupError? {
        let member = MemberIdentity(
            memberID: request.memberID, instanceID: request.groupInstanceID)
        do throws(GroupError) {
            try broker.checkTransactionalCommit(
                of: request.groupID, by: member, generation: request.generationID)
            return nil
        } catch {
            return error
        }
    }

    /// Commits or aborts a transaction in all its partitions at once.
    func answer(_ request: EndTxnRequest, _ context: RequestContext) async -> EndTxnResponse {
        let result: Nothing = await withCheckedContinuation { continuation in
            broker.endTransaction(
                request.transactionalID, request.committed ? .commit : .abort,
                by: ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
            ) { continuation.resume(returning: $0) }
        }
        var response = EndTxnResponse()
        response.errorCode = KafkaErrorCode(result).beforeFencing(context.version < 2)
        return response
    }
}

extension OffsetToKeep {
    fileprivate init(_ asked: TxnOffsetCommitRequest.Topic.Partition, of stream: String) {
        self.init(
            stream: stream, partition: asked.index,
            offset: RecordOffset(rawValue: asked.committedOffset),
            leaderEpoch: asked.committedLeaderEpoch, metadata: asked.committedMetadata ?? "")
    }
}

extension TransactionOffset {
    fileprivate init(_ offset: OffsetToKeep) {
        self.init(
            stream: offset.stream, partition: offset.partition,
            position: GroupPosition(
                offset: offset.offset, savedAt: 0, leaderEpoch: offset.leaderEpoch,
                metadata: offset.metadata))
    }
}
