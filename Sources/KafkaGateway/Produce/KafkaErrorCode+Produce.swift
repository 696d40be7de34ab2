import Broker
import KafkaWire
import Records

extension KafkaErrorCode {
    /// What a producer is told.
    init(_ error: ProduceError) {
        self =
            switch error {
            case .unknownTopicOrPartition: .unknownTopicOrPartition
            case .readOnly: .topicAuthorizationFailed
            case .batchTooLarge: .messageTooLarge
            case .corrupt(let error):
                error.isOfCodec ? .unsupportedCompressionType : .corruptMessage
            case .invalidRecord, .keylessRecords: .invalidRecord
            case .invalidTimestamp: .invalidTimestamp
            case .outOfOrderSequence: .outOfOrderSequenceNumber
            case .invalidProducerEpoch: .invalidProducerEpoch
            case .invalidTransactionState: .invalidTxnState
            case .concurrentTransactions: .concurrentTransactions
            case .storage(let error): KafkaErrorCode(error)
            }
    }
}

extension BatchError {
    /// Whether the records are compressed in a way that nobody knows.
    fileprivate var isOfCodec: Bool {
        if case .unknownCodec = self { true } else { false }
    }
}
