/// What happens to old records: Kafka's `cleanup.policy`.
package enum CleanupPolicy: UInt8, Sendable, Equatable, CaseIterable {
    /// Removed by age and size.
    case delete = 1
    /// Only the newest record of each key is kept.
    case compact = 2
    /// Both.
    case compactAndDelete = 3

    /// Whether retention by age and size applies.
    package var deletes: Bool { self != .compact }
    /// Whether records without the newest place of their key are removed.
    package var compacts: Bool { self != .delete }
}
