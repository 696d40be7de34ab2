/// What a group of the consumer protocol does; the names are those that Kafka's clients are shown.
package enum ConsumerGroupPhase: String, Sendable, CaseIterable {
    /// No members; there may be positions.
    case empty = "Empty"
    /// Nobody was told yet what a change means.
    case assigning = "Assigning"
    /// Members give up and get partitions.
    case reconciling = "Reconciling"
    /// Every member has what it is to have.
    case stable = "Stable"
}
