package import SystemPackage

/// Why a directory could not be taken for this process alone.
package enum LockError: ClassifiedError, Equatable, Sendable, CustomStringConvertible {
    /// Another process holds it; `processID` is nil if it has not yet written its number.
    case held(directory: FilePath, processID: Int32?)
    case inputOutput(IOError)

    package var domain: ErrorDomain { .external }

    package var retry: RetryHint {
        switch self {
        case .held: .afterBackoff
        case .inputOutput(let error): error.retry
        }
    }

    package var description: String {
        switch self {
        case .held(let directory, let processID):
            "\(directory.string) is in use by "
                + (processID.map { "process \($0)" } ?? "another process")
                + ". If that is sluice serve, ask it with --server HOST:PORT; else wait for its end or "
                + "stop it, or use another directory."
        case .inputOutput(let error): error.description
        }
    }
}
