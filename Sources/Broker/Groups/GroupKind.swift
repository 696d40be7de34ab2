/// The protocol that the members of a group speak with it, and what it does.
package enum GroupKind: Sendable, Equatable {
    case classic(GroupPhase)
    /// KIP-848.
    case consumer(ConsumerGroupPhase)

    /// As Kafka's clients are shown it.
    package var name: String {
        switch self {
        case .classic: "classic"
        case .consumer: "consumer"
        }
    }

    /// As Kafka's clients are shown it.
    package var phaseName: String {
        switch self {
        case .classic(let phase): phase.rawValue
        case .consumer(let phase): phase.rawValue
        }
    }
}
