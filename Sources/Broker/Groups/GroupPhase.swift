/// What a group does; the names are those that Kafka's clients are shown.
package enum GroupPhase: String, Sendable, CaseIterable {
    /// No members; there may be positions.
    case empty = "Empty"
    /// Members join.
    case preparingRebalance = "PreparingRebalance"
    /// The leader assigns partitions.
    case completingRebalance = "CompletingRebalance"
    /// Every member has its partitions, or can ask for them.
    case stable = "Stable"
}
