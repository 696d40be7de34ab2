import CommitLog
import Platform
import Records
import Synchronization

extension Broker {
    /// Appends a client's batch to a partition; never waits, so that event loops may call it.
    ///
    /// Of one connection, batches are written in the order in which they are taken.
    ///
    /// - Parameters:
    ///   - request: where it goes, and what the answer waits for.
    ///   - batch: exactly one record batch, which is copied once.
    ///   - hasWaited: whether the caller was told `.busy` for this batch before and has waited a
    ///     moment (about ``BrokerLimits/busyWait``) since.
    ///   - answer: called once unless `.busy` is returned: before this function returns if the
    ///     batch is refused, else on the writer's thread, which must not be kept waiting.
    /// - Returns: whether the batch was taken; `.busy` says that nothing has happened.
    /// - Complexity: O(bytes): one copy, two passes of checksums, and the records if they are not
    ///   compressed.
    package func produce(
        _ request: BatchDestination, batch: RawSpan, hasWaited: Bool = false,
        answer: @escaping @Sendable (Result<ProduceResult, ProduceError>) -> Void
    ) -> ProduceOffer {
        do throws(ProduceError) {
            return try offer(request, batch, hasWaited, answer)
        } catch {
            answer(.failure(error))
            return .taken
        }
    }

    private func offer(
        _ request: BatchDestination, _ batch: RawSpan, _ hasWaited: Bool,
        _ answer: @escaping @Sendable (Result<ProduceResult, ProduceError>) -> Void
    ) throws(ProduceError) -> ProduceOffer {
        let admission = try admission(of: request)
        let now = clock.wallMilliseconds
        let header = try admission.check(batch, now: now)
        let partition = admission.partition
        let appendTime = admission.times == nil ? now : nil
        let prepared: PreparedAppend
        do throws(AppendError) {
            let append = try log.prepare(
                batch: batch, for: partition, appendTime: appendTime, verifies: false,
                durability: request.acknowledgement == .durable ? nil : .os
            ) { [weak log] result in
                answer(
                    Self.result(of: result, appendTime, request) {
                        log?.bounds(partition)?.start ?? .zero
                    })
            }
            guard header.attributes.isTransactional else {
                return try log.trySubmit(append, hasWaited: hasWaited) == .full ? .busy : .taken
            }
            prepared = append
        } catch {
            throw Self.error(error, request)
        }
        let producer = ProducerIdentity(id: header.producerID, epoch: header.producerEpoch)
        let offer = try transactions.offer(of: producer, to: partition) {
            Result { () throws(AppendError) in
                try log.trySubmit(prepared, hasWaited: hasWaited)
            }
        }
        switch offer {
        case .success(let offer): return offer == .full ? .busy : .taken
        case .failure(let error): throw Self.error(error, request)
        }
    }

    /// Where a client's batch goes; one look under the catalogue's lock.
    private func admission(of request: BatchDestination) throws(ProduceError) -> BatchAdmission {
        let (name, index) = (request.topic, Int(request.partition))
        let found = catalog.withLock { catalog -> Result<BatchAdmission, ProduceError> in
            guard let topic = catalog.topics[name], topic.partitions.indices.contains(index) else {
                return .failure(
                    catalog.subscriptions[name] != nil
                        ? .readOnly(subscription: name)
                        : .unknownTopicOrPartition(topic: name, partition: request.partition))
            }
            return .success(
                BatchAdmission(
                    topic: name, partition: topic.partitions[index],
                    byteCountMax: Int(topic.settings.messageByteCountMax),
                    times: topic.settings.timestampType == .createTime
                        ? TimestampRange(
                            before: topic.settings.timestampBeforeMax,
                            after: topic.settings.timestampAfterMax) : nil,
                    compacts: topic.settings.storage.cleanup.compacts))
        }
        return try found.get()
    }

    private static func result(
        of result: Result<AppendReceipt, AppendError>, _ appendTime: Int64?,
        _ request: BatchDestination, start: () -> RecordOffset
    ) -> Result<ProduceResult, ProduceError> {
        switch result {
        case .success(let receipt):
            .success(
                ProduceResult(
                    baseOffset: receipt.baseOffsets.first ?? .zero, logAppendTime: appendTime,
                    logStartOffset: start()))
        case .failure(let error): .failure(Self.error(error, request))
        }
    }

    /// What the log's refusal of a single batch means to its producer.
    private static func error(_ error: AppendError, _ request: BatchDestination) -> ProduceError {
        switch error {
        case .unknownPartition:
            .unknownTopicOrPartition(topic: request.topic, partition: request.partition)
        case .invalidBatch(_, _, let problem): .corrupt(problem)
        case .outOfOrderSequence(_, let producer, let expected, let found):
            .outOfOrderSequence(producerID: producer, expected: expected, found: found)
        case .fencedProducer(_, let producer, let epoch, let current):
            .invalidProducerEpoch(producerID: producer, epoch: epoch, current: current)
        case .partitionExists, .identityUsed, .invalidTopic, .emptyFrame, .invalidOption,
            .removalBeyondEnd, .limit, .offsetsExhausted, .repeatedInPart, .noSpace, .unavailable,
            .poisoned, .fenced, .closed, .notAnswering:
            .storage(error)
        }
    }
}
