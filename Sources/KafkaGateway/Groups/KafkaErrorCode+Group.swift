import Broker
import KafkaWire

extension KafkaErrorCode {
    /// What a member is told; none if nothing is wrong.
    init(_ error: GroupError?) {
        self =
            switch error {
            case nil: .none
            case .invalidGroupID: .invalidGroupID
            case .invalidSessionTimeout: .invalidSessionTimeout
            case .memberIDRequired: .memberIDRequired
            case .unknownMember: .unknownMemberID
            case .fencedInstance: .fencedInstanceID
            case .illegalGeneration: .illegalGeneration
            case .rebalanceInProgress: .rebalanceInProgress
            case .inconsistentProtocol: .inconsistentGroupProtocol
            case .fencedEpoch: .fencedMemberEpoch
            case .staleEpoch: .staleMemberEpoch
            case .unreleasedInstance: .unreleasedInstanceID
            case .unsupportedAssignor: .unsupportedAssignor
            case .invalidPattern: .invalidRegularExpression
            case .invalidHeartbeat: .invalidRequest
            case .otherProtocol: .groupIDNotFound
            case .olderProtocol: .unsupportedVersion
            case .groupFull: .groupMaxSizeReached
            case .limit: .policyViolation
            case .cancelled: .coordinatorNotAvailable
            case .groupNotEmpty: .nonEmptyGroup
            case .unknownGroup: .groupIDNotFound
            case .unknownPartition: .unknownTopicOrPartition
            case .metadataTooLarge: .offsetMetadataTooLarge
            case .invalidOffset: .invalidCommitOffsetSize
            case .subscribedToTopic: .groupSubscribedToTopic
            case .unstable: .unstableOffsetCommit
            case .damagedState: .unknownServerError
            // Clients ask the same again in a moment.
            case .busy: .coordinatorLoadInProgress
            case .storage(let error): KafkaErrorCode(error)
            }
    }

    /// The refusal of a call, none if it was not refused.
    init(_ result: Result<Void, GroupError>) {
        switch result {
        case .success: self = .none
        case .failure(let error): self.init(error)
        }
    }
}
