import Broker
import CommitLog
import KafkaWire
import Records

extension KafkaService {
    /// Lists transactional ids, by state, producer and age.
    func answer(
        _ request: ListTransactionsRequest, _ context: RequestContext
    ) async -> ListTransactionsResponse {
        var response = ListTransactionsResponse()
        let known = Set(TransactionDescription.Status.allCases.map(\.rawValue))
        response.unknownStateFilters = request.stateFilters.filter { !known.contains($0) }
        let now = broker.wallMilliseconds
        response.transactionStates = broker.allTransactions().compactMap { found in
            let hasState =
                request.stateFilters.isEmpty || request.stateFilters.contains(found.status.rawValue)
            let hasProducer =
                request.producerIDFilters.isEmpty
                || request.producerIDFilters.contains(found.producer.id)
            let hasAge =
                request.durationFilter < 0
                || (found.startedAt.map { now - $0 > request.durationFilter } ?? false)
            guard hasState, hasProducer, hasAge else { return nil }
            var transaction = ListTransactionsResponse.Transaction()
            transaction.transactionalID = found.transactionalID
            transaction.producerID = found.producer.id
            transaction.transactionState = found.status.rawValue
            return transaction
        }
        return response
    }

    /// Describes transactions.
    func answer(
        _ request: DescribeTransactionsRequest, _ context: RequestContext
    ) async -> DescribeTransactionsResponse {
        var response = DescribeTransactionsResponse()
        let names = request.transactionalIDs.distinct { $0 }
        response.transactionStates = names.map { describe($0) }
        return response
    }

    private func describe(_ id: String) -> DescribeTransactionsResponse.Transaction {
        var transaction = DescribeTransactionsResponse.Transaction()
        transaction.transactionalID = id
        do throws(TransactionError) {
            let found = try broker.transaction(id)
            transaction.transactionState = found.status.rawValue
            transaction.transactionTimeoutMilliseconds = found.timeout
            transaction.transactionStartTimeMilliseconds = found.startedAt ?? -1
            transaction.producerID = found.producer.id
            transaction.producerEpoch = found.producer.epoch
            let byTopic = Dictionary(grouping: found.partitions, by: \.topic)
            transaction.topics = byTopic.sorted { $0.key < $1.key }.map { name, partitions in
                var topic = DescribeTransactionsResponse.Transaction.Topic()
                topic.topic = name
                topic.partitions = partitions.map(\.partition)
                return topic
            }
        } catch {
            transaction.errorCode = KafkaErrorCode(error)
        }
        return transaction
    }

    /// Describes the producers that partitions remember.
    func answer(
        _ request: DescribeProducersRequest, _ context: RequestContext
    ) async -> DescribeProducersResponse {
        var response = DescribeProducersResponse()
        response.topics = request.topics.distinct(by: \.name).map { asked in
            var topic = DescribeProducersResponse.Topic()
            topic.name = asked.name
            let indexes = asked.indexes.distinct { $0 }
            topic.partitions = indexes.map { describeProducers(asked.name, $0) }
            return topic
        }
        return response
    }

    private func describeProducers(
        _ topic: String, _ index: Int32
    ) -> DescribeProducersResponse.Topic.Partition {
        var partition = DescribeProducersResponse.Topic.Partition()
        partition.index = index
        do throws(BrokerError) {
            partition.activeProducers = try broker.producers(of: topic, partition: index).map {
                var producer = DescribeProducersResponse.Topic.Partition.Producer()
                producer.producerID = $0.producerID
                producer.producerEpoch = Int32($0.epoch)
                producer.lastSequence = $0.lastSequence
                producer.lastTimestamp = $0.timestamp
                producer.currentTxnStartOffset = $0.openTransaction?.rawValue ?? -1
                return producer
            }
        } catch {
            partition.errorCode = KafkaErrorCode(error)
            partition.errorMessage = error.description
        }
        return partition
    }
}
