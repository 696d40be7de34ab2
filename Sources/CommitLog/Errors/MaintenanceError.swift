package import Platform

/// Why sealing or a checkpoint stopped.
///
/// What is acknowledged stays where it was, and the next attempt starts anew.
package enum MaintenanceError: ClassifiedError, Sendable, CustomStringConvertible {
    case append(AppendError)
    case inputOutput(IOError)
    /// A batch of the commit log cannot be sealed; it and what lies behind it stay there.
    case damaged(Damage)
    case closed

    package var domain: ErrorDomain {
        switch self {
        case .append(let error): error.domain
        case .inputOutput(let error): error.domain
        case .damaged, .closed: .internal
        }
    }

    package var retry: RetryHint {
        switch self {
        case .append(let error): error.retry
        case .inputOutput(let error): error.retry
        case .damaged: .never
        case .closed: .afterRefresh
        }
    }

    package var description: String {
        switch self {
        case .append(let error): error.description
        case .inputOutput(let error): error.description
        case .damaged(let damage): damage.description
        case .closed: "the log is closed: open it again"
        }
    }
}
