import Broker
import KafkaWire

extension KafkaErrorCode {
    /// What a transactional producer is told.
    init(_ error: TransactionError) {
        self =
            switch error {
            case .invalidRequest, .limit: .invalidRequest
            case .invalidTimeout: .invalidTransactionTimeout
            case .producerFenced: .producerFenced
            case .invalidProducerIDMapping: .invalidProducerIDMapping
            case .invalidTransactionState: .invalidTxnState
            case .concurrentTransactions: .concurrentTransactions
            case .unknownPartitions: .unknownTopicOrPartition
            case .unknownTransactionalID: .transactionalIDNotFound
            // Clients ask again after a moment.
            case .busy: .coordinatorLoadInProgress
            case .storage: .coordinatorNotAvailable
            }
    }

    /// Of a request whose result carries nothing.
    init(_ result: Result<Void, TransactionError>) {
        self =
            switch result {
            case .success: .none
            case .failure(let error): KafkaErrorCode(error)
            }
    }

    /// As an older version says it: fencing had no code of its own (KIP-588).
    func beforeFencing(_ isOld: Bool) -> KafkaErrorCode {
        isOld && self == .producerFenced ? .invalidProducerEpoch : self
    }
}
