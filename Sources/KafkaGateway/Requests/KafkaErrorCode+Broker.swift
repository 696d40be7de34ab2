import Broker
import CommitLog
import KafkaWire

extension KafkaErrorCode {
    /// What a client is told of an error of the broker.
    init(_ error: BrokerError) {
        self =
            switch error {
            case .topicExists, .nameTaken: .topicAlreadyExists
            case .unknownTopic, .unknownSubscription, .unknownPartition: .unknownTopicOrPartition
            case .subscriptionExists, .topicHasSubscriptions: .invalidRequest
            case .unknownVersion, .tooManyVersions, .storedFilter: .invalidRequest
            case .invalidName: .invalidTopicException
            case .invalidSetting(let name, _, _):
                name == "partitions" ? .invalidPartitions : .invalidConfig
            case .unknownSetting: .invalidConfig
            case .tooManyPartitions: .policyViolation
            case .keylessRecord: .invalidRecord
            case .topicDoesNotCompact: .invalidRequest
            case .subscriptionStopped: .invalidRecord
            case .maintenance: .kafkaStorageError
            case .append(let error), .commitTooLarge(let error): KafkaErrorCode(error)
            case .read(let error): KafkaErrorCode(error)
            case .records: .corruptMessage
            case .topicMadeAnew: .unknownTopicOrPartition
            case .refusedBatch: .invalidRecord
            case .damagedState, .server: .unknownServerError
            }
    }

    init(_ error: ReadError) {
        self =
            switch error {
            case .unknownPartition: .unknownTopicOrPartition
            case .offsetOutOfRange: .offsetOutOfRange
            case .damaged: .corruptMessage
            case .inputOutput, .closed: .kafkaStorageError
            }
    }

    init(_ error: AppendError) {
        self =
            switch error {
            case .unknownPartition: .unknownTopicOrPartition
            case .partitionExists: .topicAlreadyExists
            case .identityUsed: .unknownServerError
            case .invalidTopic: .invalidTopicException
            case .invalidBatch: .corruptMessage
            case .emptyFrame, .removalBeyondEnd: .invalidRequest
            case .invalidOption: .invalidConfig
            case .outOfOrderSequence: .outOfOrderSequenceNumber
            case .fencedProducer: .invalidProducerEpoch
            case .repeatedInPart: .invalidRequest
            case .limit: .messageTooLarge
            case .offsetsExhausted, .noSpace, .unavailable, .poisoned, .fenced, .closed,
                .notAnswering:
                .kafkaStorageError
            }
    }
}
