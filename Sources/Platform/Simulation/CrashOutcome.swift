/// What of the undecided bytes and directory entries a disk holds after a crash.
package enum CrashOutcome: Sendable, Equatable, CustomStringConvertible {
    /// Only what was synchronized.
    case unsyncedLost
    /// Everything, as if the power had failed after the last write-back.
    case unsyncedKept
    /// Any subset, by this seed: of each write any of its 512-byte sectors, of the entries any.
    case unsyncedMixed(seed: UInt64)

    package var description: String {
        switch self {
        case .unsyncedLost: "unsynced lost"
        case .unsyncedKept: "unsynced kept"
        case .unsyncedMixed(let seed): "unsynced mixed, seed \(seed)"
        }
    }
}
