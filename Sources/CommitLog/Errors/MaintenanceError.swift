package import Platform

/// Why sealing or a checkpoint stopped.
///
/// What is acknowledged stays where it was, and the next attempt starts anew.
package enum MaintenanceError: Error, Sendable, CustomStringConvertible {
    case append(AppendError)
    case inputOutput(IOError)
    /// A batch of the commit log cannot be sealed; it and what lies behind it stay there.
    case damaged(Damage)
    case closed

    package var description: String {
        switch self {
        case .append(let error): error.description
        case .inputOutput(let error): error.description
        case .damaged(let damage): damage.description
        case .closed: "the log is closed: open it again"
        }
    }
}
