import Broker
import KafkaWire

extension KafkaErrorCode {
    /// What a member is told; none if nothing is wrong.
    init(_ error: GroupError?) {
        self =
            switch error {
            case nil: .none
            case .invalidGroupID: .invalidGroupID
            case .unknownMember: .unknownMemberID
            case .illegalGeneration: .illegalGeneration
            case .inconsistentProtocol: .inconsistentGroupProtocol
            case .invalidSessionTimeout: .invalidSessionTimeout
            case .rebalanceInProgress: .rebalanceInProgress
            case .memberIDRequired: .memberIDRequired
            case .groupMaxSizeReached: .groupMaxSizeReached
            case .fencedInstance: .fencedInstanceID
            case .nonEmptyGroup: .nonEmptyGroup
            case .groupNotFound: .groupIDNotFound
            case .limitReached: .policyViolation
            }
    }
}
